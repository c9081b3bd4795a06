package safelight.catalog.cassandra;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import safelight.base.BatchId;
import safelight.base.JobId;
import safelight.base.PhotoId;
import safelight.catalog.Job;
import safelight.cql.Change;
import safelight.cql.CqlCluster;
import safelight.cql.Statements;

/// How a job comes and changes. Its row is the truth; all other rows about it are signs that say
/// where to look, and readers compare them with the row.
///
/// A job comes by one logged batch, after its line in the log. It changes in three steps: the signs
/// of the new state are written, then the row changes by one condition on its version, then the
/// signs of the old state are removed. A crash before the condition leaves signs of what did not
/// happen, one after it signs of what is over; readers skip both. So nothing is ever missing where
/// a reader looks, and there is exactly one who ends a job.
final class JobSteps {
    private static final int RACES_MAX = 10;
    private static final int OPEN_MAX = 10_000;
    private static final int TOGETHER_MAX = 40;

    private final String dataCenter;
    private final Clock clock;
    private final Lines lines;
    private final Events events;
    private final DeliveryTable deliveries;

    /// In this cluster; jobs go to the queue of its data center, and `clock` dates the changes.
    JobSteps(CqlCluster cluster, Clock clock) {
        this.dataCenter = cluster.dataCenter();
        this.clock = clock;
        this.lines = new Lines(clock);
        this.events = new Events(clock);
        this.deliveries = new DeliveryTable(dataCenter);
    }

    /// That somebody wants to hear when the batch has ended.
    List<Change> watched(BatchId batch, Instant now) {
        var line = Lines.watched(dataCenter);
        long bucket = line.bucket(batch.value());
        return List.of(line.add(bucket, batch.value(), now), line.list(bucket));
    }

    Lines lines() {
        return lines;
    }

    Events events() {
        return events;
    }

    Lines.Line outbox(Job job) {
        return Lines.outbox(dataCenter, job.order().priority(), job.order().account().value());
    }

    /// That the job's account may have jobs in the outbox.
    Change seen(Job job) {
        return Change.of(
                "INSERT INTO waiting_account (lane, account, seen) VALUES (?, ?, true)",
                Boxes.directory(dataCenter, job.order().priority()),
                job.order().account());
    }

    Lines.Line awaited() {
        return Lines.awaited(dataCenter);
    }

    /// Adds a job and all signs of it. Doing it twice with the same job is no fault.
    void add(Statements statements, Job job) {
        add(statements, job, event(job, job.version()));
    }

    /// Adds a job of another installation as it stands; an open one is this data center's. Doing it
    /// twice is no fault.
    void restore(Statements statements, Job job) {
        if (!job.status().state().isFinal()) {
            add(statements, job.movedTo(dataCenter), Optional.empty());
            return;
        }
        var changes = new ArrayList<>(List.of(JobTable.born(job)));
        if (isListed(job)) changes.add(listed(job));
        changes.addAll(signs(job, clock.instant()));
        statements.all(changes);
        statements.each(buckets(job));
    }

    private void add(Statements statements, Job job, Optional<Events.Entry> event) {
        var now = clock.instant();
        var id = job.id().value();
        var outbox = outbox(job);
        long bucket = outbox.bucket(id);
        var changes = new ArrayList<Change>();
        changes.add(JobTable.born(job));
        changes.add(outbox.add(job, now));
        changes.add(outbox.list(bucket));
        changes.add(seen(job));
        changes.addAll(open(job));
        if (isListed(job)) changes.add(listed(job));
        event.ifPresent(e -> write(statements, e));
        statements.all(changes);
        if (bucket != outbox.bucket(now)) statements.each(List.of(outbox.list(bucket)));
    }

    /// Adds jobs of one batch, without lines in the log. Doing it twice is no fault, and a crash
    /// between leaves a part: somebody has to do it again.
    void addAll(Statements statements, List<Job> jobs) {
        if (jobs.isEmpty()) return;
        var rows = new ArrayList<Change>();
        for (var job : jobs) {
            rows.add(JobTable.born(job));
            rows.add(openOnPhoto(job));
        }
        statements.each(rows);
        inBatches(statements, jobs.stream().map(JobSteps::listed).toList());
        inBatches(statements, jobs.stream().map(JobSteps::counted).toList());
        inBatches(statements, jobs.stream().flatMap(job -> inBatch(job).stream()).toList());
        lines.putAll(statements, outbox(jobs.getFirst()), jobs, clock.instant());
        statements.each(List.of(seen(jobs.getFirst())));
    }

    /// Adds jobs of one batch that somebody else began to add, maybe in another data center. They
    /// are in line here now, so they are this data center's, unless one has changed since it came.
    void addHere(Statements statements, List<Job> jobs) {
        var elsewhere =
                jobs.stream().filter(job -> !job.order().dataCenter().equals(dataCenter)).toList();
        addAll(statements, jobs.stream().map(job -> job.movedTo(dataCenter)).toList());
        statements.each(
                elsewhere.stream().map(job -> JobTable.placed(job.id(), dataCenter)).toList());
    }

    private static void inBatches(Statements statements, List<Change> ofOnePartition) {
        for (int from = 0; from < ofOnePartition.size(); from += TOGETHER_MAX)
            statements.together(
                    ofOnePartition.subList(
                            from, Math.min(from + TOGETHER_MAX, ofOnePartition.size())));
    }

    /// The job's state for those who look at its batch.
    static Optional<Change> inBatch(Job job) {
        return job.order()
                .batch()
                .map(batch ->
                        Change.of(
                                """
                                INSERT INTO job_of_batch (batch_id, id, state) VALUES (?, ?, ?)
                                USING TIMESTAMP ?\
                                """,
                                batch,
                                job.id(),
                                job.status().state(),
                                job.version() + 1));
    }

    private Events.Entry write(Statements statements, Events.Entry line) {
        statements.each(List.of(line.added()));
        return events.settle(statements, line);
    }

    private static Change listed(Job job) {
        return Change.of(
                "INSERT INTO job_of_account (account, id) VALUES (?, ?) USING TIMESTAMP 1",
                job.order().account(),
                job.id());
    }

    /// Changes the row if it still has the version; empty if somebody else was first. A job that is
    /// queued again is in this data center's outbox, so it is this data center's from then on.
    Optional<Job> advance(Statements statements, Job wanted) {
        var next =
                wanted.status().state() == Job.State.QUEUED ? wanted.movedTo(dataCenter) : wanted;
        var now = clock.instant();
        var event = event(next, next.version() + 1);
        var signs = new ArrayList<>(signs(next, now));
        event.ifPresent(e -> signs.add(e.added()));
        if (next.status().state() == Job.State.QUEUED)
            signs.addAll(deliveries.ofFailure(statements, next));
        signs.addAll(deliveries.ofEnd(next));
        // In any order and without a batch: none counts before the row says so.
        statements.each(signs);
        statements.each(buckets(next));
        statements.each(deliveries.places(next, now));
        var settled = event.map(e -> events.settle(statements, e));
        if (!JobTable.advance(statements, next, now)) {
            settled.ifPresent(e -> statements.each(List.of(e.removed())));
            return Optional.empty();
        }
        var done = new Job(next.id(), next.order(), next.status(), next.version() + 1);
        var after = over(next, now);
        inBatch(done).ifPresent(after::add);
        statements.each(after);
        return Optional.of(done);
    }

    private Optional<Events.Entry> event(Job job, long version) {
        return job.order().purpose() == Job.Purpose.THUMBNAIL
                ? Optional.empty()
                : Optional.of(events.next(job, version));
    }

    /// What has to be there before the row says so.
    private List<Change> signs(Job next, Instant now) {
        var id = next.id().value();
        var signs = new ArrayList<Change>();
        var state = next.status().state();
        if (state == Job.State.QUEUED) {
            signs.add(outbox(next).add(next, now));
            signs.addAll(open(next));
            next.order().batch().ifPresent(batch -> signs.addAll(watched(batch, now)));
        }
        if (state == Job.State.RUNNING && next.status().worker().isPresent()) {
            var worker = next.status().worker().get();
            var line = Lines.worker(worker);
            signs.add(line.add(line.bucket(id), id, now));
            signs.add(
                    Change.of(
                            "INSERT INTO worker_seen (data_center, worker) VALUES (?, ?)",
                            dataCenter,
                            worker));
        }
        if (isDead(next)) signs.add(Lines.DEAD.add(Lines.DEAD.bucket(id), id, now));
        if (state.isFinal() && isListed(next))
            signs.add(
                    Change.of(
                            "INSERT INTO job_ended (account, state, id) VALUES (?, ?, ?)",
                            next.order().account(),
                            state,
                            id));
        return signs;
    }

    private List<Change> buckets(Job next) {
        var id = next.id().value();
        var lists = new ArrayList<Change>();
        var state = next.status().state();
        if (state == Job.State.QUEUED) {
            lists.add(outbox(next).list(outbox(next).bucket(id)));
            lists.add(seen(next));
        }
        if (state == Job.State.RUNNING)
            next.status()
                    .worker()
                    .map(Lines::worker)
                    .ifPresent(line -> lists.add(line.list(line.bucket(id))));
        if (isDead(next)) lists.add(Lines.DEAD.list(Lines.DEAD.bucket(id)));
        return lists;
    }

    /// What need not be there any more. A job that failed leaves no row in the outbox, and stays
    /// out of this: somebody may be retrying it already. For the same reason the signs of a retry
    /// are written again, in case whoever ended the job was late with removing his.
    private List<Change> over(Job next, Instant now) {
        var id = next.id().value();
        var state = next.status().state();
        var changes = new ArrayList<Change>();
        if (state == Job.State.QUEUED) {
            changes.addAll(signs(next, now));
            changes.add(awaited().drop(id));
            changes.add(Lines.DEAD.drop(id));
            changes.add(
                    Change.of(
                            "DELETE FROM job_ended WHERE account = ? AND state = ? AND id = ?",
                            next.order().account(),
                            Job.State.FAILED,
                            id));
        }
        if (!state.isFinal()) return changes;
        if (state != Job.State.FAILED) changes.add(outbox(next).drop(id));
        changes.add(awaited().drop(id));
        next.status().worker().ifPresent(w -> changes.add(Lines.worker(w).drop(id)));
        changes.addAll(closed(next));
        return changes;
    }

    private static List<Change> open(Job job) {
        return job.order().purpose() == Job.Purpose.THUMBNAIL
                ? List.of(openOnPhoto(job))
                : List.of(openOnPhoto(job), counted(job));
    }

    private static Change openOnPhoto(Job job) {
        return Change.of(
                "INSERT INTO job_open_on_photo (photo, id) VALUES (?, ?)",
                job.order().photo(),
                job.id());
    }

    private static Change counted(Job job) {
        var weight = job.order().weight();
        return Change.of(
                OpenJobs.of(job).added(),
                job.order().account(),
                job.id(),
                weight.cost(),
                weight.bytes());
    }

    /// That the job is open no more.
    static List<Change> closed(Job job) {
        return List.of(
                Change.of(
                        "DELETE FROM job_open_on_photo WHERE photo = ? AND id = ?",
                        job.order().photo(),
                        job.id()),
                Change.of(OpenJobs.of(job).removed(), job.order().account(), job.id()));
    }

    /// Cancels the open jobs on a photo that goes away.
    void cancelOn(Statements statements, PhotoId photo) {
        var ids =
                statements.all(
                        "SELECT id FROM job_open_on_photo WHERE photo = ? LIMIT ?",
                        row -> new JobId(row.text("id")),
                        photo,
                        OPEN_MAX);
        for (var id : ids) cancel(statements, id);
    }

    /// Cancels the job if it is open. Returns it as it was before, or empty if it had ended.
    Optional<Job> cancel(Statements statements, JobId id) {
        for (int i = 0; i < RACES_MAX; i++) {
            var job = JobTable.find(statements, id);
            if (job.isEmpty()) return job;
            if (job.get().status().state().isFinal()) {
                statements.each(closed(job.get()));
                return Optional.empty();
            }
            if (advance(statements, cancelled(job.get())).isPresent()) return job;
        }
        throw new IllegalStateException("job " + id + " changed too often to be cancelled");
    }

    private Job cancelled(Job job) {
        var was = job.status();
        return job.with(
                new Job.Status(
                        Job.State.CANCELLED,
                        was.attempt(),
                        was.strikes(),
                        was.progress(),
                        was.worker(),
                        was.started(),
                        Optional.of(clock.instant()),
                        was.error(),
                        was.result(),
                        was.history()));
    }

    static boolean isListed(Job job) {
        return job.order().purpose() == Job.Purpose.EDIT;
    }

    static boolean isDead(Job job) {
        return job.status().state() == Job.State.FAILED
                && job.status().error().filter(Job.Reason::retryable).isPresent();
    }
}
