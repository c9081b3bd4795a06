package safelight.catalog.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import safelight.base.HandClock;
import safelight.base.PhotoId;
import safelight.catalog.Acceptance;
import safelight.catalog.CatalogUnavailable;
import safelight.catalog.Job;
import safelight.catalog.Samples;
import safelight.sql.Database;
import safelight.sql.PostgresServer;

/// The catalog while its PostgreSQL is killed, or says nothing any more.
class PostgresCrashIT {
    private static final int WRITERS = 8;
    private static final int KILLS = 3;
    private static final int WRITES_BETWEEN = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static PostgresServer server;
    private static Database database;

    private final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Samples samples = new Samples(clock);
    private final SqlJobs jobs = new SqlJobs(database, clock);
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final AtomicInteger written = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    @BeforeAll
    static void start() {
        server = PostgresServer.start();
        database = Database.open(server.access());
    }

    @AfterAll
    static void stop() {
        database.close();
        server.close();
    }

    @Test
    void killedServerLosesNothingConfirmedAndIsFoundAgain() throws Exception {
        var confirmed = new ArrayList<Job>();
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            var writers = new ArrayList<Future<List<Job>>>();
            for (int i = 0; i < WRITERS; i++) writers.add(tasks.submit(this::confirmed));
            try {
                for (int i = 0; i < KILLS; i++) {
                    awaitMore(written, WRITES_BETWEEN);
                    server.kill();
                    awaitMore(failed, 1);
                    server.startAgain();
                }
                awaitMore(written, WRITES_BETWEEN);
            } finally {
                isOver.set(true);
            }
            for (var writer : writers)
                confirmed.addAll(writer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }

        assertThat(confirmed).hasSizeGreaterThanOrEqualTo((KILLS + 1) * WRITES_BETWEEN);
        for (var job : confirmed) assertThat(jobs.find(job.id())).contains(job);
    }

    /// Jobs that were accepted until the end. Whatever fails may only be unavailable.
    private List<Job> confirmed() {
        var confirmed = new ArrayList<Job>();
        var account = samples.accountId();
        while (!isOver.get()) {
            var job = samples.job(account, new PhotoId(samples.id()));
            try {
                assertThat(jobs.accept(job, Long.MAX_VALUE)).isEqualTo(new Acceptance.Fresh(job));
                confirmed.add(job);
                written.incrementAndGet();
            } catch (CatalogUnavailable e) {
                assertThat(e.problem().status()).isEqualTo(503);
                failed.incrementAndGet();
            }
        }
        return confirmed;
    }

    private static void awaitMore(AtomicInteger count, int more) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (int from = count.get(); count.get() < from + more; Thread.sleep(1))
            assertThat(System.nanoTime()).as("the wait's end").isLessThan(end);
    }

    @Test
    void silentServerHoldsNobodyUpForLong() throws Exception {
        var job = samples.job(samples.accountId(), new PhotoId(samples.id()));
        jobs.accept(job, 1);
        server.freeze();
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Future<?>>();
            for (int i = 0; i < 20; i++) calls.add(tasks.submit(() -> jobs.find(job.id())));
            for (var call : calls)
                assertThatThrownBy(() -> call.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .hasCauseInstanceOf(CatalogUnavailable.class);
        } finally {
            server.thaw();
        }
        awaitFound(job);
    }

    private void awaitFound(Job job) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                assertThat(jobs.find(job.id())).contains(job);
                return;
            } catch (CatalogUnavailable e) {
                assertThat(System.nanoTime()).isLessThan(end);
                Thread.sleep(50);
            }
        }
    }
}
