package safelight.catalog.cassandra;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import safelight.base.AccountId;
import safelight.base.BatchId;
import safelight.base.JobId;
import safelight.base.Page;
import safelight.catalog.Batch;
import safelight.catalog.BatchAcceptance;
import safelight.catalog.BatchRows;
import safelight.catalog.Burden;
import safelight.catalog.CatalogUnavailable;
import safelight.catalog.Job;
import safelight.cql.Access;
import safelight.cql.Change;
import safelight.cql.CqlCluster;
import safelight.cql.Row;
import safelight.cql.Statements;

/// Batches in Cassandra. A batch is accepted by one logged batch of statements: its row, its place
/// in the account's list, and a line that says that it is to be unpacked; what its jobs are made of
/// was written before. Then its jobs are made, under ids that follow from its own. Whoever finds it
/// half unpacked does it again: the client that repeats its request, or the chore {@link #resume}
/// of any server. So all of its jobs come or none, and none twice.
public final class CassandraBatches implements BatchRows {
    private static final Duration LEFT_BEHIND = Duration.ofMinutes(1);
    private static final int RESUMED_MAX = 100;
    private static final int VERIFIED_MAX = 500;
    private static final int CANCELLERS = 8;

    private final Access rows;
    private final JobSteps steps;
    private final Lines lines;
    private final SecondLook secondLook;
    private final JobLists lists;
    private final Clock clock;

    /// In this cluster; `clock` dates the changes.
    public CassandraBatches(CqlCluster cluster, Clock clock) {
        this.rows = cluster.in(CatalogWording.WORDS);
        this.steps = new JobSteps(cluster, clock);
        this.lines = steps.lines();
        this.secondLook = new SecondLook(cluster.dataCenter(), clock);
        this.lists = new JobLists(lines, secondLook);
        this.clock = clock;
    }

    @Override
    public BatchAcceptance accept(Batch batch, List<Job> jobs, Burden openMost) {
        return rows.run("accept batch " + batch.id(), s -> accept(s, batch, jobs, openMost));
    }

    private BatchAcceptance accept(
            Statements statements, Batch batch, List<Job> jobs, Burden openMost) {
        var before = batch.key().flatMap(key -> reserved(statements, batch.account(), key));
        if (before.isPresent()) return repeated(statements, before.get(), batch, jobs);
        var more = Burden.of(jobs);
        var open =
                OpenJobs.IN_BATCHES.counted(
                        statements,
                        batch.account(),
                        batch.id().value(),
                        clock.instant(),
                        new OpenJobs.Room(more, openMost));
        var then = open.plus(more);
        if (then.jobs() > openMost.jobs()) return new BatchAcceptance.TooMany(open.jobs());
        if (open.jobs() > 0 && !then.isWithin(openMost)) return new BatchAcceptance.TooHeavy(open);
        var other = batch.key().flatMap(key -> reserve(statements, batch, key));
        if (other.isPresent()) return repeated(statements, other.get(), batch, jobs);
        add(statements, batch, jobs);
        return new BatchAcceptance.Fresh(batch);
    }

    /// What a key was taken for.
    private record Reserved(BatchId batch, String fingerprint, Instant created) {
        static Reserved of(Row row) {
            return new Reserved(
                    new BatchId(row.text("batch_id")),
                    row.text("fingerprint"),
                    row.instant("created_at"));
        }
    }

    private BatchAcceptance repeated(
            Statements statements, Reserved before, Batch batch, List<Job> jobs) {
        var key = batch.key().orElseThrow();
        if (!before.fingerprint.equals(key.fingerprint())) return new BatchAcceptance.KeyTaken();
        var found = BatchTable.find(statements, before.batch);
        if (found.isPresent()) {
            unpack(statements, found.get(), true);
            return new BatchAcceptance.Repeated(found.get().batch());
        }
        // A crash between key and batch.
        var reserved =
                new Batch(
                        before.batch,
                        batch.account(),
                        batch.total(),
                        batch.priority(),
                        batch.key(),
                        before.created,
                        batch.webhook());
        add(statements, reserved, jobs);
        return new BatchAcceptance.Repeated(reserved);
    }

    private static Optional<Reserved> reserved(
            Statements statements, AccountId account, Job.Key key) {
        return statements.one(
                "SELECT * FROM batch_key WHERE account = ? AND key = ?",
                Reserved::of,
                account,
                key.value());
    }

    private static Optional<Reserved> reserve(Statements statements, Batch batch, Job.Key key) {
        return statements.unless(
                """
                INSERT INTO batch_key (account, key, batch_id, fingerprint, created_at)
                VALUES (?, ?, ?, ?, ?) IF NOT EXISTS\
                """,
                Reserved::of,
                batch.account(),
                key.value(),
                batch.id(),
                key.fingerprint(),
                batch.created());
    }

    /// `jobs` say of what the jobs are made; their ids follow from the batch's.
    private void add(Statements statements, Batch batch, List<Job> jobs) {
        var packed = BatchTable.Packed.of(batch, jobs);
        statements.each(packed.packed(jobs));
        var id = batch.id().value();
        long bucket = Lines.BATCHES.bucket(id);
        var changes =
                new ArrayList<>(
                        List.of(
                                BatchTable.born(packed),
                                BatchTable.listed(batch),
                                Lines.BATCHES.add(bucket, id, clock.instant()),
                                Lines.BATCHES.list(bucket)));
        if (batch.webhook().isPresent()) changes.addAll(steps.watched(batch.id(), clock.instant()));
        statements.all(changes);
        unpack(statements, packed, false);
    }

    /// Makes the jobs that are not there. Parts go only once all jobs are there, so that a part
    /// that is not there any more was unpacked by somebody else.
    private void unpack(Statements statements, BatchTable.Packed packed, boolean isAgain) {
        if (packed.isUnpacked()) return;
        var id = packed.batch().id();
        for (int part = 0; part < packed.parts(); part++) {
            var text =
                    statements.one(
                            "SELECT jobs FROM batch_part WHERE batch_id = ? AND part = ?",
                            row -> row.text("jobs"),
                            id,
                            part);
            if (text.isEmpty()) continue;
            var jobs = packed.unpacked(part, text.get());
            if (isAgain) steps.addHere(statements, missing(statements, jobs));
            else steps.addAll(statements, jobs);
        }
        statements.change("UPDATE job_batch SET unpacked = true WHERE id = ?", id);
        statements.change("DELETE FROM batch_part WHERE batch_id = ?", id);
        statements.each(List.of(Lines.BATCHES.drop(id.value())));
    }

    /// Those that are there but have not ended count as missing: some of their signs may be.
    private static List<Job> missing(Statements statements, List<Job> jobs) {
        var ended =
                JobTable.find(statements, jobs.stream().map(job -> job.id().value()).toList())
                        .stream()
                        .map(JobTable.Found::job)
                        .filter(job -> job.status().state().isFinal())
                        .map(Job::id)
                        .toList();
        return jobs.stream().filter(job -> !ended.contains(job.id())).toList();
    }

    /// As {@link CassandraJobs#lookAgain}, for the jobs of batches.
    public void lookAgain() {
        rows.write("look at batches of other data centers", secondLook::look);
    }

    /// Unpacks the batches that a crash left half unpacked: a chore, to be done now and then.
    public void resume() {
        rows.write(
                "unpack batches",
                statements -> {
                    var settled = clock.instant().minus(LEFT_BEHIND);
                    for (var item :
                            lines.scan(statements, Lines.BATCHES, Long.MIN_VALUE, RESUMED_MAX)) {
                        if (!item.at().isBefore(settled)) continue;
                        BatchTable.find(statements, new BatchId(item.id()))
                                .ifPresent(packed -> unpack(statements, packed, true));
                        statements.each(List.of(Lines.BATCHES.drop(item.id())));
                    }
                });
    }

    @Override
    public Optional<Batch> find(BatchId id) {
        return rows.run(
                "find batch " + id, s -> BatchTable.find(s, id).map(BatchTable.Packed::batch));
    }

    @Override
    public Page<Batch> list(AccountId account, Page.Request page) {
        var found =
                rows.run(
                        "list the batches of account " + account,
                        s ->
                                BatchTable.find(
                                        s,
                                        s.all(
                                                """
                                                SELECT id FROM batch_of_account
                                                WHERE account = ? AND id < ? LIMIT ?\
                                                """,
                                                row -> row.text("id"),
                                                account,
                                                Cursor.below(page.cursor()),
                                                page.limit() + 1)));
        return Page.cut(found, page.limit(), batch -> Cursor.after(batch.id().value()));
    }

    @Override
    public Batch.Counts counts(Batch batch) {
        return rows.run("count the jobs of batch " + batch.id(), s -> counts(s, batch));
    }

    @Override
    public Map<BatchId, Batch.Counts> counts(List<Batch> batches) {
        return rows.run(
                "count the jobs of " + batches.size() + " batches",
                s ->
                        batches.stream()
                                .collect(Collectors.toMap(Batch::id, batch -> counts(s, batch))));
    }

    static Batch.Counts counts(Statements statements, Batch batch) {
        var signs = JobLists.signs(statements, batch.id());
        Map<Job.State, Long> counts = new EnumMap<>(Job.State.class);
        var open = new ArrayList<String>();
        for (var sign : signs) {
            if (sign.state().isFinal()) counts.merge(sign.state(), 1L, Long::sum);
            else open.add(sign.id());
        }
        // A crash between a job's row and its sign leaves the sign behind. It shows when few are
        // left.
        if (open.size() <= VERIFIED_MAX)
            verify(statements, open).forEach((state, n) -> counts.merge(state, n, Long::sum));
        else
            for (var sign : signs)
                if (!sign.state().isFinal()) counts.merge(sign.state(), 1L, Long::sum);
        long toCome = Math.max(0, batch.total() - signs.size());
        return new Batch.Counts(
                counts.getOrDefault(Job.State.QUEUED, 0L) + toCome,
                counts.getOrDefault(Job.State.RUNNING, 0L),
                counts.getOrDefault(Job.State.SUCCEEDED, 0L),
                counts.getOrDefault(Job.State.FAILED, 0L),
                counts.getOrDefault(Job.State.CANCELLED, 0L));
    }

    private static Map<Job.State, Long> verify(Statements statements, List<String> ids) {
        Map<Job.State, Long> counts = new EnumMap<>(Job.State.class);
        var late = new ArrayList<Change>();
        for (var found : JobTable.find(statements, ids)) {
            var job = found.job();
            counts.merge(job.status().state(), 1L, Long::sum);
            if (job.status().state().isFinal()) JobSteps.inBatch(job).ifPresent(late::add);
        }
        statements.each(late);
        return counts;
    }

    @Override
    public Page<Job> jobs(BatchId id, Optional<Job.State> state, Page.Request page) {
        return rows.run("list the jobs of batch " + id, s -> lists.ofBatch(s, id, state, page));
    }

    /// Each job by its own condition, some side by side.
    @Override
    public List<JobId> cancel(Batch batch) {
        var open =
                rows.run(
                        "cancel batch " + batch.id(),
                        s -> {
                            BatchTable.find(s, batch.id())
                                    .ifPresent(packed -> unpack(s, packed, true));
                            return JobLists.signs(s, batch.id()).stream()
                                    .filter(sign -> !sign.state().isFinal())
                                    .map(sign -> new JobId(sign.id()))
                                    .toList();
                        });
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            return IntStream.range(0, CANCELLERS)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> cancel(open, i), tasks))
                    .toList()
                    .stream()
                    .flatMap(some -> some.join().stream())
                    .toList();
        } catch (CompletionException e) {
            throw e.getCause() instanceof CatalogUnavailable cause ? cause : e;
        }
    }

    /// Every eighth from `first` on. Returns those that a worker had in hand.
    private List<JobId> cancel(List<JobId> jobs, int first) {
        var inHand = new ArrayList<JobId>();
        for (int i = first; i < jobs.size(); i += CANCELLERS) {
            var id = jobs.get(i);
            rows.run("cancel job " + id, s -> steps.cancel(s, id))
                    .filter(before -> before.status().state() == Job.State.RUNNING)
                    .ifPresent(before -> inHand.add(before.id()));
        }
        return inHand;
    }
}
