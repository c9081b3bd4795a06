package safelight.catalog.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import safelight.base.AccountId;
import safelight.base.HandClock;
import safelight.base.JobId;
import safelight.base.Page;
import safelight.base.PhotoId;
import safelight.catalog.Acceptance;
import safelight.catalog.Job;
import safelight.catalog.JobEvent;
import safelight.catalog.Photo;
import safelight.catalog.Samples;
import safelight.cql.Access;
import safelight.cql.CassandraKeyspace;
import safelight.cql.Change;

/// What a process leaves that dies between two writes, and servers whose clocks differ.
class CassandraCrashIT {
    @RegisterExtension static final CassandraKeyspace KEYSPACE = new CassandraKeyspace();

    private static final Duration SKEW = Duration.ofMinutes(5);
    private static final int ACCEPTED = 40;
    private static final long WAIT_SECONDS = 120;

    private final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00.123456Z"));
    private final Samples samples = new Samples(clock);
    private final CassandraJobs jobs = new CassandraJobs(CassandraKeyspace.cluster(), clock);
    private final CassandraPhotos photos = new CassandraPhotos(CassandraKeyspace.cluster(), clock);
    private final Access access = CassandraKeyspace.cluster().in(CatalogWording.WORDS);

    private Job accepted(Job job) {
        assertThat(jobs.accept(job, 1000)).isEqualTo(new Acceptance.Fresh(job));
        return job;
    }

    private Photo uploaded() {
        var photo = samples.photo(samples.accountId());
        photos.add(photo);
        return photo;
    }

    private List<Photo> listed(AccountId account) {
        return photos.list(account, new Page.Request(10, Optional.empty())).items();
    }

    private Job running(Photo source) {
        var job = accepted(samples.job(source.account(), source.id()));
        return jobs.advance(samples.running(job, "w1")).orElseThrow();
    }

    @Test
    void resultOfAnUnfinishedJobIsSeenByNobodyUntilItIsFinished() {
        var source = uploaded();
        var job = running(source);
        var result = samples.result(job);
        access.write("die", s -> s.all(PhotoTables.pending(result, job.id())));

        assertThat(photos.find(result.id())).isEmpty();
        assertThat(listed(source.account())).containsExactly(source);
        assertThat(photos.isUsed(result.digest())).isTrue();

        var next = samples.ended(job, Job.State.SUCCEEDED, Optional.of(result.id()));
        assertThat(jobs.finish(next, result, samples.key(source.digest()))).isPresent();

        assertThat(photos.find(result.id())).contains(result);
        assertThat(listed(source.account())).contains(result, source);
    }

    @Test
    void resultIsSeenThoughItsWriterDiedBeforeSayingSo() {
        var source = uploaded();
        var job = running(source);
        var result = samples.result(job);
        access.write("write", s -> s.all(PhotoTables.pending(result, job.id())));

        jobs.advance(samples.ended(job, Job.State.SUCCEEDED, Optional.of(result.id())));

        assertThat(photos.find(result.id())).contains(result);
        assertThat(listed(source.account())).contains(result, source);
        assertThat(photos.remove(source.id())).contains(result.digest(), source.digest());
        assertThat(photos.isUsed(result.digest())).isFalse();
    }

    @Test
    void keyWithoutAJobBecomesThatJob() {
        var lost = samples.keyed(samples.accountId(), "k", "print");
        access.write(
                "die",
                s ->
                        s.change(
                                """
                                INSERT INTO job_key (account, key, job, fingerprint, request,
                                    data_center, created_at)
                                VALUES (?, ?, ?, ?, ?, ?, ?)\
                                """,
                                lost.order().account(),
                                "k",
                                lost.id(),
                                "print",
                                lost.order().request(),
                                lost.order().dataCenter(),
                                lost.order().created()));
        var again = new Job(new JobId(samples.id()), lost.order(), lost.status(), lost.version());

        assertThat(jobs.accept(again, 10)).isEqualTo(new Acceptance.Repeated(lost));

        assertThat(jobs.find(lost.id())).contains(lost);
        assertThat(jobs.outbox(10)).containsExactly(lost);
    }

    @Test
    void removalThatWasCutOffIsFinishedByTheNext() {
        var source = uploaded();
        var job = running(source);
        var result = samples.result(job);
        var next = samples.ended(job, Job.State.SUCCEEDED, Optional.of(result.id()));
        jobs.finish(next, result, samples.key(source.digest()));
        access.write("die", s -> s.all(PhotoTables.removed(result)));

        assertThat(photos.find(source.id())).isPresent();
        assertThat(photos.remove(source.id())).contains(source.digest());

        assertThat(listed(source.account())).isEmpty();
        assertThat(photos.isUsed(source.digest())).isFalse();
        assertThat(photos.isUsed(result.digest())).isFalse();
    }

    @Test
    void signsOfAChangeThatDidNotHappenMisleadNobody() {
        var job = accepted(samples.job(samples.accountId(), new PhotoId(samples.id())));
        var id = job.id().value();
        access.write(
                "die",
                s -> {
                    var line = Lines.worker("w9");
                    s.each(
                            List.of(
                                    line.add(line.bucket(id), id, clock.instant()),
                                    line.list(line.bucket(id)),
                                    Lines.DEAD.add(Lines.DEAD.bucket(id), id, clock.instant()),
                                    Lines.DEAD.list(Lines.DEAD.bucket(id)),
                                    Change.of(
                                            "INSERT INTO job_ended (account, state, id)"
                                                    + " VALUES (?, 'SUCCEEDED', ?)",
                                            job.order().account(),
                                            id)));
                });
        var page = new Page.Request(10, Optional.empty());

        assertThat(jobs.runningOn("w9")).isEmpty();
        assertThat(jobs.busyWorkers()).isEmpty();
        assertThat(jobs.dead(Optional.empty(), page).items()).isEmpty();
        assertThat(jobs.list(job.order().account(), Optional.of(Job.State.SUCCEEDED), page).items())
                .isEmpty();
        assertThat(jobs.list(job.order().account(), Optional.of(Job.State.QUEUED), page).items())
                .containsExactly(job);
    }

    @Test
    void jobThatEndedBeforeItWasNotedAsDispatchedIsNotAwaitedForEver() {
        var job = accepted(samples.job(samples.accountId(), new PhotoId(samples.id())));
        jobs.advance(samples.ended(job, Job.State.CANCELLED, Optional.empty()));
        jobs.dispatched(List.of(job.id()), clock.instant());
        clock.advance(Duration.ofMinutes(20));

        assertThat(jobs.requeueStale(clock.instant(), 10)).isZero();

        assertThat(jobs.inQueue()).isZero();
        assertThat(jobs.outbox(10)).isEmpty();
    }

    @Test
    void changeThatIsStillToComeIsNotPassed() {
        var job = accepted(samples.job(samples.accountId(), new PhotoId(samples.id())));
        var account = job.order().account();
        long before = jobs.lastEvent(account);
        var line = new Events(clock).next(job, 1).at(before + 1);
        access.write("write a line", s -> s.each(List.of(line.added())));
        var later = accepted(samples.job(account, new PhotoId(samples.id())));

        assertThat(jobs.events(account, before, 10)).isEmpty();
        assertThat(jobs.lastEvent(account)).isEqualTo(before);

        access.run("change", s -> JobTable.advance(s, samples.running(job, "w1"), clock.instant()));

        assertThat(jobs.events(account, before, 10))
                .extracting(JobEvent::job)
                .containsExactly(job.id(), later.id());
    }

    @Test
    void readerMissesNothingOfServersWhoseClocksDiffer() throws Exception {
        var account = samples.accountId();
        var early = new HandClock(clock.instant().minus(SKEW));
        var writers =
                List.of(
                        jobs,
                        new CassandraJobs(CassandraKeyspace.cluster(), clock),
                        new CassandraJobs(CassandraKeyspace.cluster(), early));
        var seen = new HashSet<JobId>();
        var accepted = new HashSet<JobId>();
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            var done = new ArrayList<Future<List<JobId>>>();
            for (var writer : writers) {
                Callable<List<JobId>> task = () -> accept(writer, account);
                done.add(tasks.submit(task));
            }
            long last = 0;
            boolean isLast = false;
            while (!isLast) {
                isLast = done.stream().allMatch(Future::isDone);
                for (var event : jobs.events(account, last, 7)) {
                    assertThat(event.sequence()).isGreaterThanOrEqualTo(last);
                    last = event.sequence();
                    seen.add(event.job());
                    isLast = false;
                }
            }
            for (var ids : done) accepted.addAll(ids.get(WAIT_SECONDS, TimeUnit.SECONDS));
        }

        assertThat(accepted).hasSize(writers.size() * ACCEPTED);
        assertThat(seen).isEqualTo(accepted);
    }

    private List<JobId> accept(CassandraJobs writer, AccountId account) {
        var ids = new ArrayList<JobId>();
        for (int i = 0; i < ACCEPTED; i++) {
            var job = samples.job(account, new PhotoId(samples.id()));
            assertThat(writer.accept(job, 1000)).isEqualTo(new Acceptance.Fresh(job));
            ids.add(job.id());
        }
        return ids;
    }
}
