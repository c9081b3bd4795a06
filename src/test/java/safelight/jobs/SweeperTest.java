package safelight.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.HandClock;
import safelight.base.PhotoId;
import safelight.base.Waiting;
import safelight.catalog.Acceptance;
import safelight.catalog.Samples;
import safelight.catalog.sql.SqlJobs;
import safelight.observe.Meters;
import safelight.queue.Counts;
import safelight.sql.Database;

class SweeperTest {
    @TempDir private Path directory;

    private static final Duration HELD =
            Sweeper.Pace.of(Duration.ZERO, JobSettings.DEFAULT).heldMost();

    private static Optional<Duration> unseenMost(long ready, long delivering, long inQueue) {
        var counts = new Counts(ready, delivering, 0, 0, Duration.ofHours(1));
        return Sweeper.unseenMost(counts, inQueue, HELD);
    }

    @Test
    void jobsComeBackSoonWhenTicketsAreMissing() {
        assertThat(unseenMost(3, 1, 5)).contains(Duration.ofSeconds(10));
    }

    @Test
    void jobsInALineAreLeftAlone() {
        assertThat(unseenMost(1, 4, 5)).isEmpty();
        assertThat(unseenMost(1, 9, 5)).isEmpty();
    }

    @Test
    void doublesHideAMissingTicketForMinutesOnly() {
        assertThat(unseenMost(0, 6, 5)).contains(HELD);
        assertThat(HELD).isBetween(Duration.ofMinutes(3), Duration.ofMinutes(5));
    }

    @Test
    void anIdleQueueIsNotAskedAbout() {
        assertThat(unseenMost(0, 0, 0)).isEmpty();
    }

    /// One round with these chores; a job waits whose ticket the queue has lost.
    private void sweep(Consumer<Path> before, List<Runnable> chores, Consumer<Heard> then) {
        var clock = new HandClock(Instant.parse("2026-01-01T00:00:00Z"));
        var samples = new Samples(clock);
        var queue = new CountedQueue();
        var file = directory.resolve("catalog.db");
        try (var database = Database.open(file)) {
            var rows = new SqlJobs(database, clock);
            var job = samples.job(samples.accountId(), new PhotoId(samples.id()));
            assertThat(rows.accept(job, 9)).isEqualTo(new Acceptance.Fresh(job));
            rows.dispatched(List.of(job.id()), clock.instant());
            clock.advance(Duration.ofSeconds(11));
            before.accept(file);
            var pace = new Sweeper.Pace(Duration.ofHours(1), HELD);
            try (var heard = new Heard(Sweeper.class);
                    var relay = new Relay(rows, queue, new Meters(), clock, () -> Share.ALL);
                    var _ = new Sweeper(rows, queue, relay, pace, clock, chores)) {
                Waiting.until(() -> {
                    clock.advance(Duration.ofSeconds(3));
                    relay.wake();
                    return !queue.given.isEmpty();
                });
                then.accept(heard);
            }
        }
    }

    @Test
    void choreThatBreaksStopsNeitherTheOthersNorTheLostJobs() {
        var done = new AtomicInteger();
        Runnable broken =
                () -> {
                    throw new IllegalStateException("always");
                };

        sweep(
                _ -> {},
                List.of(broken, done::incrementAndGet, broken, done::incrementAndGet),
                heard -> {
                    Waiting.until(() -> done.get() == 2);
                    assertThat(heard.at(Level.ERROR))
                            .hasSize(2)
                            .allMatch(line -> line.contains("a chore of the sweeper broke"));
                });
    }

    @Test
    void changesThatCannotBeForgottenKeepNothingElseFromItsTurn() {
        var done = new AtomicInteger();

        sweep(
                SweeperTest::breakTheLog,
                List.of(done::incrementAndGet),
                heard ->
                        Waiting.until(() ->
                                done.get() == 1
                                        && heard.at(Level.WARN).size()
                                                        + heard.at(Level.ERROR).size()
                                                == 2));
    }

    private static void breakTheLog(Path file) {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            var _ = statement.execute("DROP TABLE job_event");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
