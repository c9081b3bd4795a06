package safelight.jobs;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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
public final class Relay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final int BATCH_MAX = 200;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration CLOSE_MOST = Duration.ofSeconds(5);

    private final JobRows rows;
    private final JobQueue queue;
    private final Meters meters;
    private final Clock clock;
    private final Semaphore bell = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;

    /// Starts relaying on a virtual thread of its own.
    public Relay(JobRows rows, JobQueue queue, Meters meters, Clock clock) {
        this.rows = rows;
        this.queue = queue;
        this.meters = meters;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("relay").start(this::run);
    }

    /// There is something new in the outbox. Returns at once.
    public void wake() {
        bell.release();
    }

    /// Publishes one batch. Returns how many.
    int relayOnce() {
        var jobs = rows.outbox(BATCH_MAX);
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
                if (relayOnce() == BATCH_MAX) continue;
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

    private void rest() {
        try {
            if (bell.tryAcquire(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) bell.drainPermits();
        } catch (InterruptedException e) {
            closed = true;
            Thread.currentThread().interrupt();
        }
    }
}
