package safelight.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.AccountId;
import safelight.base.HandClock;
import safelight.base.Page;
import safelight.base.PhotoId;
import safelight.catalog.Acceptance;
import safelight.catalog.BatchAcceptance;
import safelight.catalog.Burden;
import safelight.catalog.Job;
import safelight.catalog.Samples;
import safelight.catalog.sql.SqlBatches;
import safelight.catalog.sql.SqlJobs;
import safelight.catalog.sql.SqlPhotos;
import safelight.imaging.Limits;
import safelight.observe.Meters;
import safelight.sql.Database;

/// Which dead jobs find room when many are retried at once. Nothing runs meanwhile.
class DeadJobsTest {
    private static final int MOST = 1000;

    @TempDir private Path directory;

    private final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Samples samples = new Samples(clock);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Database database;
    private SqlJobs rows;
    private SqlBatches batches;
    private AccountId ann;

    @BeforeEach
    void open() {
        database = Database.open(directory.resolve("catalog.db"));
        rows = new SqlJobs(database, clock);
        batches = new SqlBatches(database, clock);
        ann = samples.accountId();
    }

    @AfterEach
    void close() throws Exception {
        for (var one : opened.reversed()) one.close();
        database.close();
    }

    /// With these limits of one account.
    private DeadJobs deadJobs(Burden alone, Burden inBatches) {
        var queue = new CountedQueue();
        var meters = new Meters();
        var defaults = JobSettings.DEFAULT;
        var everywhere = defaults.open().everywhere();
        var settings =
                new JobSettings(
                        defaults.timeMost(),
                        defaults.graceful(),
                        defaults.strikesMost(),
                        defaults.attemptsMost(),
                        defaults.hinderedMost(),
                        1,
                        new JobSettings.OpenMost(alone, inBatches, everywhere),
                        defaults.between());
        var feed = new Feed(queue);
        var relay = new Relay(rows, queue, meters, clock, () -> Share.ALL);
        var pressure = new Pressure(rows, everywhere, () -> 0, meters);
        opened.addAll(List.of(feed::close, relay, pressure));
        var parts =
                new Jobs.Parts(
                        rows,
                        new SqlPhotos(database, clock),
                        queue,
                        feed,
                        relay,
                        pressure,
                        settings,
                        Limits.DEFAULT,
                        "us-east",
                        clock,
                        new Random(1));
        return new Jobs(parts).dead();
    }

    private Job accepted(Job job) {
        assertThat(rows.accept(job, MOST)).isEqualTo(new Acceptance.Fresh(job));
        return job;
    }

    private Job dead(Job job) {
        var running = rows.advance(samples.running(job, "worker-1")).orElseThrow();
        return rows.advance(samples.failed(running, true)).orElseThrow();
    }

    private Job single(AccountId account) {
        return accepted(samples.job(account, new PhotoId(samples.id())));
    }

    private Job inBatch(AccountId account) {
        var batch = samples.batch(account, 1, Optional.empty());
        var jobs = samples.jobs(batch);
        assertThat(batches.accept(batch, jobs, MOST)).isInstanceOf(BatchAcceptance.Fresh.class);
        return jobs.getFirst();
    }

    private static DeadJobs.Filter of(AccountId account) {
        return new DeadJobs.Filter(
                Optional.of(account),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static DeadJobs.Filter ofAll() {
        return new DeadJobs.Filter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private List<Job> deadOf(AccountId account) {
        return rows.dead(Optional.of(account), new Page.Request(200, Optional.empty())).items();
    }

    private List<String> deadIds(AccountId account) {
        return deadOf(account).stream().map(job -> job.id().value()).toList();
    }

    @Test
    void singleEditsFindRoomWhileTheLimitOfBatchesIsFull() {
        var deadJobs = deadJobs(Burden.ofJobs(1), Burden.ofJobs(1));
        dead(single(ann));
        var left = dead(inBatch(ann));
        inBatch(ann);

        assertThat(deadJobs.retry(of(ann), MOST)).isEqualTo(new DeadJobs.Retried(1, true));

        assertThat(deadIds(ann)).containsExactly(left.id().value());
    }

    @Test
    void thumbnailsAreNeverRefused() {
        var deadJobs = deadJobs(Burden.ofJobs(1), Burden.ofJobs(1));
        var photo = new PhotoId(samples.id());
        dead(accepted(samples.job(ann, photo, Job.Purpose.THUMBNAIL, Optional.empty())));
        var left = dead(single(ann));
        single(ann);

        assertThat(deadJobs.retry(of(ann), MOST)).isEqualTo(new DeadJobs.Retried(1, true));

        assertThat(deadIds(ann)).containsExactly(left.id().value());
    }

    @Test
    void lighterJobsFindRoomBesideWhatIsTooHeavy() {
        var deadJobs = deadJobs(new Burden(9, 10, 10), Burden.ofJobs(1));
        dead(accepted(samples.weighing(ann, Job.Priority.NORMAL, 2)));
        var heavier = dead(accepted(samples.weighing(ann, Job.Priority.NORMAL, 30)));
        var heavy = dead(accepted(samples.weighing(ann, Job.Priority.NORMAL, 20)));
        accepted(samples.weighing(ann, Job.Priority.NORMAL, 5));

        assertThat(deadJobs.retry(of(ann), MOST)).isEqualTo(new DeadJobs.Retried(1, true));

        assertThat(deadIds(ann)).containsExactly(heavy.id().value(), heavier.id().value());
    }

    @Test
    void noRoomForAnyIsARefusal() {
        var deadJobs = deadJobs(Burden.ofJobs(1), Burden.ofJobs(1));
        dead(single(ann));
        single(ann);

        assertThatThrownBy(() -> deadJobs.retry(of(ann), MOST))
                .isInstanceOf(JobFailure.TooMany.class);
    }

    @Test
    void retriesNoMoreThanAreAskedForAndSaysWhetherSomeAreLeft() {
        var deadJobs = deadJobs(Burden.ofJobs(9), Burden.ofJobs(1));
        var oldest = dead(single(ann));
        dead(single(ann));
        dead(single(ann));

        assertThat(deadJobs.retry(of(ann), 2)).isEqualTo(new DeadJobs.Retried(2, true));
        assertThat(deadIds(ann)).containsExactly(oldest.id().value());
        assertThat(deadJobs.retry(of(ann), 1)).isEqualTo(new DeadJobs.Retried(1, false));
    }

    /// More of them than a few pages hold, and newer than everything else.
    @Test
    void fullAccountWithVeryManyDeadJobsKeepsNobodyOut() {
        var deadJobs = deadJobs(Burden.ofJobs(1), Burden.ofJobs(1));
        var bob = samples.accountId();
        dead(single(bob));
        single(ann);
        for (int i = 0; i < 5_001; i++) {
            var job = samples.job(ann, new PhotoId(samples.id()));
            rows.restore(samples.failed(samples.running(job, "worker-1"), true));
        }

        assertThat(deadJobs.retry(ofAll(), MOST)).isEqualTo(new DeadJobs.Retried(1, true));

        assertThat(deadIds(bob)).isEmpty();
    }
}
