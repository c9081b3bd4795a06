package safelight.jobs;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.catalog.CatalogUnavailable;
import safelight.catalog.Job;
import safelight.catalog.JobRows;
import safelight.observe.Meters;
import safelight.queue.JobQueue;
import safelight.queue.QueueUnavailable;
import safelight.queue.Ticket;

/// Gives the queue the jobs that it does not have yet: the transactional outbox pattern. A broker
/// that is down, or a crash between row and queue, costs time and never a job. A ticket may go out
/// twice; a job still has one result.
///
/// A web server publishes what it has accepted itself at once. What stays in the outbox longer,
/// since a server died or the broker was away, is shared out among the servers.
public final class Relay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final int BATCH_MAX = 200;
    private static final int OWN_MAX = 10_000;

    /// So long a row in the outbox is left to the server that accepted it.
    private static final Duration OTHERS_AFTER = Duration.ofSeconds(2);

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration CLOSE_MOST = Duration.ofSeconds(5);

    private final JobRows rows;
    private final JobQueue queue;
    private final Meters meters;
    private final Clock clock;
    private final Supplier<Share> share;
    private final BlockingQueue<Job> own = new ArrayBlockingQueue<>(OWN_MAX);
    private final Semaphore bell = new Semaphore(0);
    private final Thread thread;
    private Instant nextRound = Instant.EPOCH;
    private volatile boolean closed;

    /// Starts relaying on a virtual thread of its own; `share` is asked when rows are found that
    /// others may see as well.
    public Relay(JobRows rows, JobQueue queue, Meters meters, Clock clock, Supplier<Share> share) {
        this.rows = rows;
        this.queue = queue;
        this.meters = meters;
        this.clock = clock;
        this.share = share;
        this.thread = Thread.ofVirtual().name("relay").start(this::run);
    }

    /// There may be something in the outbox. Returns at once.
    public void wake() {
        bell.release();
    }

    /// This server has just put a job in the outbox. Returns at once.
    public void publish(Job job) {
        // Without room it stays in the outbox, where the rounds find it.
        if (!own.offer(job)) LOG.atDebug().addKeyValue("job", job.id()).log("left to the rounds");
        bell.release();
    }

    /// Publishes one batch of what this server accepted. Returns how many.
    int relayOwn() {
        var jobs = new ArrayList<Job>();
        own.drainTo(jobs, BATCH_MAX);
        return publish(jobs);
    }

    /// Publishes one batch of what waits longer. Returns how many.
    int relayOnce() {
        var waiting = rows.outbox(BATCH_MAX);
        if (waiting.isEmpty()) return 0;
        var mine = share.get();
        var settled = clock.instant().minus(OTHERS_AFTER);
        return publish(
                waiting.stream()
                        .filter(j -> mine.has(j.id()) && !j.order().created().isAfter(settled))
                        .toList());
    }

    private int publish(List<Job> jobs) {
        if (jobs.isEmpty()) return 0;
        queue.publish(jobs.stream().map(Relay::ticket).toList());
        rows.dispatched(jobs.stream().map(Job::id).toList(), clock.instant());
        meters.add("safelight_jobs_relayed_total", jobs.size());
        return jobs.size();
    }

    @Override
    public void close() {
        closed = true;
        bell.release();
        try {
            thread.join(CLOSE_MOST);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static Ticket ticket(Job job) {
        var lane =
                switch (job.order().priority()) {
                    case INTERACTIVE -> Ticket.Lane.INTERACTIVE;
                    case NORMAL -> Ticket.Lane.NORMAL;
                    case BULK -> Ticket.Lane.BULK;
                };
        return new Ticket(job.id(), lane, job.order().request());
    }

    private void run() {
        while (!closed) {
            try {
                if (relayOwn() == BATCH_MAX) continue;
                if (isRoundDue() && relayOnce() == BATCH_MAX) nextRound = Instant.EPOCH;
                if (!own.isEmpty() || nextRound.equals(Instant.EPOCH)) continue;
            } catch (QueueUnavailable | CatalogUnavailable e) {
                LOG.atWarn()
                        .addKeyValue("problem", e.problem().code())
                        .log("relay waits for queue or catalog");
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("relay broke, and goes on");
            }
            rest();
        }
    }

    private boolean isRoundDue() {
        var now = clock.instant();
        if (now.isBefore(nextRound)) return false;
        nextRound = now.plus(LOOK_AGAIN);
        return true;
    }

    private void rest() {
        try {
            if (bell.tryAcquire(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) bell.drainPermits();
        } catch (InterruptedException e) {
            closed = true;
            Thread.currentThread().interrupt();
        }
    }
}
