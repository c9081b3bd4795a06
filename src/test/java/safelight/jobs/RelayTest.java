package safelight.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.AccountId;
import safelight.base.HandClock;
import safelight.base.Waiting;
import safelight.catalog.Batch;
import safelight.catalog.Job;
import safelight.catalog.Samples;
import safelight.catalog.sql.SqlBatches;
import safelight.catalog.sql.SqlJobs;
import safelight.fleet.FleetUnavailable;
import safelight.observe.Meters;
import safelight.queue.Ticket;
import safelight.sql.Database;

/// What the relay gives a queue of a certain length, and in which order.
class RelayTest {
    @TempDir private Path directory;

    private final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Samples samples = new Samples(clock);
    private final AccountId ann = samples.accountId();
    private final CountedQueue queue = new CountedQueue();
    private Database database;
    private SqlJobs jobs;

    @BeforeEach
    void open() {
        database = Database.open(directory.resolve("catalog.db"));
        jobs = new SqlJobs(database, clock);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Relay relay() {
        return relay(() -> Share.ALL);
    }

    private Relay relay(Supplier<Share> share) {
        return new Relay(jobs, queue, new Meters(), clock, share);
    }

    private List<Job> batch(int total) {
        Batch batch = samples.batch(ann, total, Optional.empty());
        var all = samples.jobs(batch);
        new SqlBatches(database, clock).accept(batch, all, 100_000);
        return all;
    }

    private Job accepted(AccountId account, Job.Priority lane) {
        var job = samples.weighing(account, lane, Samples.WEIGHT.cost());
        jobs.accept(job, 1000);
        return job;
    }

    /// Lets the relay's next looks be due.
    private void pass(Relay relay) {
        clock.advance(Duration.ofSeconds(3));
        relay.wake();
    }

    /// A worker takes all there is, time and again, until so many have been given.
    private void drainUntil(int given, Relay relay) {
        Waiting.until(() -> {
            queue.ready.set(0);
            pass(relay);
            return queue.given.size() >= given;
        });
    }

    /// The relay has looked at the queue again, so it has decided about what it saw.
    private void twoLooks(Relay relay) {
        int before = queue.looks.get();
        Waiting.until(() -> {
            pass(relay);
            return queue.looks.get() > before + 1;
        });
    }

    @Test
    void lineIsKeptShortAndUrgentJobsFindRoom() {
        queue.ready.set(1);
        try (var relay = relay()) {
            var all = batch(300);
            relay.publishAll(all);
            twoLooks(relay);
            long bulk = queue.of(Ticket.Lane.BULK);
            assertThat(bulk).isLessThan(50);
            // Rows say so after the queue.
            Waiting.until(() -> jobs.outbox(1000).size() == 300 - (int) queue.of(Ticket.Lane.BULK));

            relay.publish(accepted(ann, Job.Priority.INTERACTIVE));
            Waiting.until(() -> {
                pass(relay);
                return queue.of(Ticket.Lane.INTERACTIVE) == 1;
            });
            drainUntil(301, relay);
        }
        assertThat(jobs.outbox(1000)).isEmpty();
        assertThat(queue.given.stream().map(Ticket::job).distinct()).hasSize(301);
    }

    @Test
    void fewJobsOfOneAccountDoNotWaitForManyOfAnother() {
        var bob = samples.accountId();
        for (int i = 0; i < 300; i++) accepted(ann, Job.Priority.NORMAL);
        List<Job> few = new java.util.ArrayList<>();
        for (int i = 0; i < 5; i++) few.add(accepted(bob, Job.Priority.NORMAL));
        clock.advance(Duration.ofSeconds(3));
        try (var relay = relay()) {
            drainUntil(305, relay);
        }
        var order = queue.given.stream().map(Ticket::job).toList();

        assertThat(few).allSatisfy(job -> assertThat(order.indexOf(job.id())).isLessThan(12));
    }

    /// The queue always holds so much that the lowest lane has no room of its own.
    @Test
    void bulkJobsGoWithTicketsOfUpperLanesIfThoseNeverEnd() {
        var bob = samples.accountId();
        for (int i = 0; i < 200; i++) accepted(ann, Job.Priority.NORMAL);
        var bulk = accepted(bob, Job.Priority.BULK);
        clock.advance(Duration.ofSeconds(3));
        try (var relay = relay()) {
            Waiting.until(() -> {
                queue.ready.set(LineRoom.TICKETS_LEAST + 1);
                pass(relay);
                return queue.given.size() >= 150;
            });
        }
        var order = queue.given.stream().map(Ticket::job).toList();

        assertThat(order.indexOf(bulk.id())).isBetween(0, 100);
    }

    @Test
    void ownJobsGoOutAtOnceIfThereIsRoom() {
        try (var relay = relay()) {
            for (int i = 0; i < 3; i++) relay.publish(accepted(ann, Job.Priority.NORMAL));

            Waiting.until(() -> queue.given.size() == 3);
        }
        assertThat(queue.given).extracting(Ticket::job).doesNotHaveDuplicates();
    }

    @Test
    void urgentJobsDoNotWaitForTheNextLook() {
        queue.ready.set(1);
        try (var relay = relay()) {
            relay.publishAll(batch(300));
            twoLooks(relay);

            // The clock stands still, so that no look is due.
            relay.publish(accepted(ann, Job.Priority.INTERACTIVE));
            Waiting.until(() -> queue.of(Ticket.Lane.INTERACTIVE) == 1);

            assertThat(queue.of(Ticket.Lane.BULK)).isLessThan(50);
        }
        assertThat(queue.given).extracting(Ticket::job).doesNotHaveDuplicates();
    }

    @Test
    void longLineTakesNothing() {
        queue.ready.set(LineRoom.TICKETS_MOST);
        try (var relay = relay()) {
            relay.publish(accepted(ann, Job.Priority.INTERACTIVE));
            twoLooks(relay);

            assertThat(queue.given).isEmpty();
            drainUntil(1, relay);
        }
    }

    @Test
    void fleetThatIsAwayIsNoFaultAndIsSaidOnce() {
        var asked = new AtomicInteger();
        accepted(ann, Job.Priority.NORMAL);
        clock.advance(Duration.ofSeconds(3));
        try (var heard = new Heard(Relay.class);
                var relay =
                        relay(() -> {
                            if (asked.incrementAndGet() > 3) return Share.ALL;
                            throw new FleetUnavailable("answer", new IOException("away"));
                        })) {
            Waiting.until(() -> {
                pass(relay);
                return !queue.given.isEmpty();
            });

            assertThat(heard.at(Level.ERROR)).isEmpty();
            assertThat(heard.at(Level.WARN)).containsExactly("relay waits");
        }
    }
}
