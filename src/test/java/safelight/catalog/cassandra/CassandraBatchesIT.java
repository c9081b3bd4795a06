package safelight.catalog.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import safelight.base.AccountId;
import safelight.base.JobId;
import safelight.catalog.Batch;
import safelight.catalog.BatchAcceptance;
import safelight.catalog.BatchRows;
import safelight.catalog.BatchRowsContract;
import safelight.catalog.Job;
import safelight.catalog.JobRows;
import safelight.catalog.PhotoRows;
import safelight.cql.Access;
import safelight.cql.CassandraKeyspace;

/// Batches in Cassandra, also those whose server died while it made their jobs.
class CassandraBatchesIT extends BatchRowsContract {
    @RegisterExtension static final CassandraKeyspace KEYSPACE = new CassandraKeyspace();

    private final Access access = CassandraKeyspace.cluster().in(CatalogWording.WORDS);

    @Override
    protected BatchRows rows() {
        return batches();
    }

    private CassandraBatches batches() {
        return new CassandraBatches(CassandraKeyspace.cluster(), clock);
    }

    @Override
    protected JobRows jobs() {
        return new CassandraJobs(CassandraKeyspace.cluster(), clock);
    }

    @Override
    protected PhotoRows photos() {
        return new CassandraPhotos(CassandraKeyspace.cluster(), clock);
    }

    private Batch keyed(AccountId account, int total) {
        return samples.batch(account, total, Optional.of(new Job.Key("k", "print")));
    }

    private List<JobId> all(Batch batch) {
        var seen = new ArrayList<JobId>();
        var request = page();
        while (true) {
            var some = rows().jobs(batch.id(), Optional.empty(), request);
            some.items().forEach(job -> seen.add(job.id()));
            if (some.next().isEmpty()) return seen;
            request = page(200, some.next());
        }
    }

    /// The server dies when it has made the jobs of one part and of a piece of the next one.
    private void dieWhileUnpacking(Batch batch, List<Job> jobs) {
        var steps = new JobSteps(CassandraKeyspace.cluster(), clock);
        var packed = BatchTable.Packed.of(batch, jobs);
        long bucket = Lines.BATCHES.bucket(batch.id().value());
        access.write(
                "die",
                s -> {
                    batch.key().ifPresent(key -> take(batch, key));
                    s.each(packed.packed(jobs));
                    s.all(
                            List.of(
                                    BatchTable.born(packed),
                                    BatchTable.listed(batch),
                                    Lines.BATCHES.add(bucket, batch.id().value(), clock.instant()),
                                    Lines.BATCHES.list(bucket)));
                    steps.addAll(s, jobs.subList(0, 700));
                });
    }

    private void take(Batch batch, Job.Key key) {
        access.write(
                "take a key",
                s ->
                        s.change(
                                """
                                INSERT INTO batch_key (account, key, batch_id, fingerprint,
                                    created_at)
                                VALUES (?, ?, ?, ?, ?)\
                                """,
                                batch.account(),
                                key.value(),
                                batch.id(),
                                key.fingerprint(),
                                batch.created()));
    }

    @Test
    void keyWithoutABatchBecomesThatBatch() {
        var lost = keyed(samples.accountId(), 3);
        take(lost, lost.key().orElseThrow());
        var again = keyed(lost.account(), 3);

        assertThat(rows().accept(again, samples.jobs(again), 10))
                .isEqualTo(new BatchAcceptance.Repeated(lost));

        assertThat(all(lost)).hasSize(3);
        assertThat(all(again)).isEmpty();
        assertThat(rows().find(lost.id())).contains(lost);
    }

    @Test
    void batchThatIsSentAgainAfterACrashHasEveryJobOnce() {
        var batch = keyed(samples.accountId(), 1100);
        var jobs = samples.jobs(batch);
        dieWhileUnpacking(batch, jobs);
        var first = jobs.getFirst();
        var ended =
                jobs().advance(samples.ended(first, Job.State.CANCELLED, Optional.empty()))
                        .orElseThrow();
        assertThat(rows().counts(batch)).isEqualTo(new Batch.Counts(1099, 0, 0, 0, 1));

        var again = keyed(batch.account(), 1100);
        assertThat(rows().accept(again, samples.jobs(again), 100_000))
                .isEqualTo(new BatchAcceptance.Repeated(batch));

        assertThat(all(batch)).isEqualTo(jobs.stream().map(Job::id).toList().reversed());
        assertThat(jobs().find(first.id())).contains(ended);
        assertThat(jobs().find(jobs.getLast().id())).contains(jobs.getLast());
        assertThat(rows().counts(batch)).isEqualTo(new Batch.Counts(1099, 0, 0, 0, 1));
        assertThat(jobs().outbox(2000)).hasSize(1099);
    }

    @Test
    void anyServerMakesTheJobsThatACrashLeft() {
        var batch = samples.batch(samples.accountId(), 1100, Optional.empty());
        dieWhileUnpacking(batch, samples.jobs(batch));

        batches().resume();
        assertThat(all(batch)).hasSize(700);
        clock.advance(Duration.ofMinutes(2));
        batches().resume();

        assertThat(all(batch)).hasSize(1100);
        assertThat(jobs().outbox(2000)).hasSize(1100);
    }

    @Test
    void cancelReachesJobsThatACrashLeftUnmade() {
        var batch = samples.batch(samples.accountId(), 750, Optional.empty());
        dieWhileUnpacking(batch, samples.jobs(batch));

        rows().cancel(batch);

        assertThat(rows().counts(batch)).isEqualTo(new Batch.Counts(0, 0, 0, 0, 750));
        assertThat(jobs().outbox(2000)).isEmpty();
    }
}
