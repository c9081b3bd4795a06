package safelight.jobs;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Failure;
import safelight.catalog.JobRows;
import safelight.queue.Counts;
import safelight.queue.JobQueue;

/// Looks after what fell through: puts jobs back in the outbox that the queue has lost (its disk
/// was lost, or a ticket was), and forgets old changes.
public final class Sweeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
    private static final int BATCH_MAX = 1000;
    private static final Duration SETTLED = Duration.ofSeconds(10);
    private static final Duration UNSEEN_MOST = Duration.ofMinutes(1);
    private static final Duration EVENTS_KEPT = Duration.ofDays(1);
    private static final Duration CLOSE_MOST = Duration.ofSeconds(5);

    private final JobRows rows;
    private final JobQueue queue;
    private final Relay relay;
    private final Duration every;
    private final Duration pauseMost;
    private final Clock clock;
    private final List<Runnable> chores;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /// Starts sweeping, at once and then `every` so often; `pauseMost` is the longest that a job
    /// waits before it is tried again, `chores` are what else has to be done now and then.
    public Sweeper(
            JobRows rows,
            JobQueue queue,
            Relay relay,
            Duration every,
            Duration pauseMost,
            Clock clock,
            List<Runnable> chores) {
        this.rows = rows;
        this.queue = queue;
        this.relay = relay;
        this.every = every;
        this.pauseMost = pauseMost;
        this.clock = clock;
        this.chores = List.copyOf(chores);
        this.thread = Thread.ofVirtual().name("sweeper").start(this::run);
    }

    /// One round. Returns how many jobs go in line again.
    int sweepOnce() {
        chores.forEach(Sweeper::attempt);
        rows.forgetEvents(clock.instant().minus(EVENTS_KEPT));
        var counts = queue.counts();
        var unseen = unseenMost(counts, rows.inQueue(), pauseMost);
        int again = rows.requeueStale(clock.instant().minus(unseen), BATCH_MAX);
        if (again > 0) {
            LOG.atWarn().addKeyValue("jobs", again).log("the queue had lost jobs");
            relay.wake();
        }
        return again;
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(CLOSE_MOST);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// For how long a job may be unchanged since its ticket was published, before it is published
    /// once more. Too many tickets do no harm, so counting a little early is safe.
    ///
    /// A long line is no reason to put jobs in again, so age alone says little: it is enough only
    /// while the queue holds fewer tickets than rows say it should. But tickets that came twice can
    /// make up for missing ones. So a job is also published again when its ticket would have to
    /// have been handed out: it is older than the oldest in line, and not one that only pauses.
    static Duration unseenMost(Counts counts, long inQueue, Duration pauseMost) {
        if (counts.alive() < inQueue) return SETTLED;
        return counts.oldest().plus(pauseMost).plus(UNSEEN_MOST);
    }

    /// A chore that fails must not keep the others from their turn.
    private static void attempt(Runnable chore) {
        try {
            chore.run();
        } catch (Failure e) {
            LOG.atWarn().addKeyValue("problem", e.problem().code()).log("chore tries again later");
        }
    }

    private void run() {
        try {
            do {
                try {
                    sweepOnce();
                } catch (Failure e) {
                    LOG.atWarn()
                            .addKeyValue("problem", e.problem().code())
                            .log("sweeper tries again later");
                } catch (RuntimeException e) {
                    LOG.atError().setCause(e).log("sweeper broke, and goes on");
                }
            } while (!closed.await(every.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
