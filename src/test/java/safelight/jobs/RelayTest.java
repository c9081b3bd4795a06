package safelight.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.AccountId;
import safelight.base.HandClock;
import safelight.base.JobId;
import safelight.base.PhotoId;
import safelight.base.Waiting;
import safelight.catalog.Batch;
import safelight.catalog.Job;
import safelight.catalog.Samples;
import safelight.catalog.sql.SqlBatches;
import safelight.catalog.sql.SqlJobs;
import safelight.observe.Meters;
import safelight.queue.Counts;
import safelight.queue.JobChanged;
import safelight.queue.JobQueue;
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

    /// A queue that says how long it is, and notes what it is given.
    private static final class CountedQueue implements JobQueue {
        private final AtomicLong ready = new AtomicLong();
        private final AtomicInteger looks = new AtomicInteger();
        private final List<Ticket> given = new CopyOnWriteArrayList<>();

        @Override
        public void publish(List<Ticket> tickets) {
            given.addAll(tickets);
            ready.addAndGet(tickets.size());
        }

        @Override
        public Counts counts() {
            looks.incrementAndGet();
            return new Counts(ready.get(), 0, 0, 0, Duration.ZERO);
        }

        @Override
        public Consumption consume() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void exhume(JobId job) {}

        @Override
        public void announce(JobChanged change) {}

        @Override
        public AutoCloseable listen(Consumer<JobChanged> listener) {
            return () -> {};
        }

        @Override
        public void close() {}

        long of(Ticket.Lane lane) {
            return given.stream().filter(t -> t.lane() == lane).count();
        }
    }

    private Relay relay() {
        return new Relay(jobs, queue, new Meters(), clock, () -> Share.ALL);
    }

    private List<Job> batch(int total) {
        Batch batch = samples.batch(ann, total, Optional.empty());
        var all = samples.jobs(batch);
        new SqlBatches(database, clock).accept(batch, all, 100_000);
        return all;
    }

    private Job urgent() {
        var job = samples.job(ann, new PhotoId(samples.id()));
        jobs.accept(job, 1000);
        return job;
    }

    /// Lets the relay's next looks be due.
    private void pass() {
        clock.advance(Duration.ofSeconds(3));
    }

    private void awaitIn(Ticket.Lane lane, int tickets, Relay relay) {
        Waiting.until(() -> {
            pass();
            relay.wake();
            return queue.of(lane) == tickets;
        });
    }

    /// The relay has looked at the queue again, so it has decided about what it saw.
    private void twoLooks(Relay relay) {
        int before = queue.looks.get();
        Waiting.until(() -> {
            pass();
            relay.wake();
            return queue.looks.get() > before + 1;
        });
    }

    @Test
    void bulkWaitsWhileTheQueueIsLongAndUrgentJobsGo() {
        queue.ready.set(BulkRoom.READY_MAX);
        try (var relay = relay()) {
            var all = batch(300);
            relay.publishAll(all);
            twoLooks(relay);
            var own = urgent();
            relay.publish(own);
            // Else the clock runs on, and a round takes it for one that was left behind.
            Waiting.until(() -> queue.of(Ticket.Lane.NORMAL) == 1);
            urgent();
            awaitIn(Ticket.Lane.NORMAL, 2, relay);
            twoLooks(relay);

            assertThat(queue.of(Ticket.Lane.BULK)).isZero();
            assertThat(jobs.outbox(1000)).hasSize(300);

            queue.ready.set(0);
            awaitIn(Ticket.Lane.BULK, 300, relay);
        }
        assertThat(queue.given).extracting(Ticket::job).doesNotHaveDuplicates();
        assertThat(jobs.outbox(1000)).isEmpty();
    }

    @Test
    void queueIsFilledUpToItsMostAndNotBeyond() {
        queue.ready.set(BulkRoom.READY_MAX - 250);
        try (var relay = relay()) {
            batch(900);
            awaitIn(Ticket.Lane.BULK, 250, relay);
            twoLooks(relay);

            assertThat(queue.of(Ticket.Lane.BULK)).isEqualTo(250);
        }
    }

    @Test
    void ownBatchGoesOutAtOnceIfThereIsRoom() {
        try (var relay = relay()) {
            relay.publishAll(batch(150));

            Waiting.until(() -> queue.of(Ticket.Lane.BULK) == 150);
        }
        assertThat(queue.given).extracting(Ticket::job).doesNotHaveDuplicates();
    }

    @Test
    void roomIsSharedOutAmongServers() {
        queue.ready.set(BulkRoom.READY_MAX - 300);
        var room = new BulkRoom(queue, () -> new Share(0, 3), clock);

        assertThat(room.of(200)).isEqualTo(100);
        room.use(60);
        assertThat(room.of(200)).isEqualTo(40);
        room.use(50);
        assertThat(room.of(200)).isZero();
        clock.advance(Duration.ofSeconds(1));
        assertThat(room.of(80)).isEqualTo(80);
    }
}
