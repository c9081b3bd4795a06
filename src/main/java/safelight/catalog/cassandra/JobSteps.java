package safelight.catalog.cassandra;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    private final String dataCenter;
    private final Clock clock;
    private final Lines lines;
    private final Events events;

    /// In this cluster; jobs go to the queue of its data center, and `clock` dates the changes.
    JobSteps(CqlCluster cluster, Clock clock) {
        this.dataCenter = cluster.dataCenter();
        this.clock = clock;
        this.lines = new Lines(clock);
        this.events = new Events(clock);
    }

    Lines lines() {
        return lines;
    }

    Events events() {
        return events;
    }

    Lines.Line outbox() {
        return Lines.outbox(dataCenter);
    }

    Lines.Line awaited() {
        return Lines.awaited(dataCenter);
    }

    /// Adds a job and all signs of it. Doing it twice with the same job is no fault.
    void add(Statements statements, Job job) {
        add(statements, job, event(job, job.version()));
    }

    /// Adds a job of another installation as it stands. Doing it twice is no fault.
    void restore(Statements statements, Job job) {
        if (!job.status().state().isFinal()) {
            add(statements, job, Optional.empty());
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
        long bucket = outbox().bucket(id);
        var changes = new ArrayList<Change>();
        changes.add(JobTable.born(job));
        changes.add(outbox().add(bucket, id, now));
        changes.add(outbox().list(bucket));
        changes.addAll(open(job));
        if (isListed(job)) changes.add(listed(job));
        event.ifPresent(e -> write(statements, e));
        statements.all(changes);
        if (bucket != outbox().bucket(now)) statements.each(List.of(outbox().list(bucket)));
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

    /// Changes the row if it still has the version; empty if somebody else was first.
    Optional<Job> advance(Statements statements, Job next) {
        var now = clock.instant();
        var event = event(next, next.version() + 1);
        var signs = new ArrayList<>(signs(next, now));
        event.ifPresent(e -> signs.add(e.added()));
        // In any order and without a batch: none counts before the row says so.
        statements.each(signs);
        statements.each(buckets(next));
        var settled = event.map(e -> events.settle(statements, e));
        if (!JobTable.advance(statements, next, now)) {
            settled.ifPresent(e -> statements.each(List.of(e.removed())));
            return Optional.empty();
        }
        statements.each(over(next, now));
        return Optional.of(new Job(next.id(), next.order(), next.status(), next.version() + 1));
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
            signs.add(outbox().add(outbox().bucket(id), id, now));
            signs.addAll(open(next));
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
        if (state == Job.State.QUEUED) lists.add(outbox().list(outbox().bucket(id)));
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
        if (state != Job.State.FAILED) changes.add(outbox().drop(id));
        changes.add(awaited().drop(id));
        next.status().worker().ifPresent(w -> changes.add(Lines.worker(w).drop(id)));
        changes.addAll(closed(next));
        return changes;
    }

    private static List<Change> open(Job job) {
        var changes = new ArrayList<Change>();
        changes.add(
                Change.of(
                        "INSERT INTO job_open_on_photo (photo, id) VALUES (?, ?)",
                        job.order().photo(),
                        job.id()));
        if (job.order().purpose() != Job.Purpose.THUMBNAIL)
            changes.add(
                    Change.of(
                            "INSERT INTO job_open (account, id) VALUES (?, ?)",
                            job.order().account(),
                            job.id()));
        return changes;
    }

    /// That the job is open no more.
    static List<Change> closed(Job job) {
        return List.of(
                Change.of(
                        "DELETE FROM job_open_on_photo WHERE photo = ? AND id = ?",
                        job.order().photo(),
                        job.id()),
                Change.of(
                        "DELETE FROM job_open WHERE account = ? AND id = ?",
                        job.order().account(),
                        job.id()));
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

    private void cancel(Statements statements, JobId id) {
        for (int i = 0; i < RACES_MAX; i++) {
            var job = JobTable.find(statements, id);
            if (job.isEmpty()) return;
            if (job.get().status().state().isFinal()) {
                statements.each(closed(job.get()));
                return;
            }
            if (advance(statements, cancelled(job.get())).isPresent()) return;
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
                        was.result()));
    }

    static boolean isListed(Job job) {
        return job.order().purpose() == Job.Purpose.EDIT;
    }

    static boolean isDead(Job job) {
        return job.status().state() == Job.State.FAILED
                && job.status().error().filter(Job.Reason::retryable).isPresent();
    }
}
