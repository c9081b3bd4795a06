package safelight.jobs;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
    private static final Duration SPARE = Duration.ofMinutes(1);
    private static final Duration EVENTS_KEPT = Duration.ofDays(1);
    private static final Duration CLOSE_MOST = Duration.ofSeconds(5);

    private final JobRows rows;
    private final JobQueue queue;
    private final Relay relay;
    private final Pace pace;
    private final Clock clock;
    private final List<Runnable> chores;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /// Sweeps `every` so often; `heldMost`: so long a ticket may be held back, or be in the hands
    /// of a worker, while its job does not change.
    public record Pace(Duration every, Duration heldMost) {
        /// As often as that, with the longest times that settings allow.
        public static Pace of(Duration every, JobSettings settings) {
            var work = settings.timeMost().multipliedBy(2).plus(settings.graceful());
            return new Pace(every, settings.between().most().plus(work).plus(SPARE));
        }
    }

    /// Starts sweeping, at once and then by its pace; `chores` are what else has to be done now and
    /// then.
    public Sweeper(
            JobRows rows,
            JobQueue queue,
            Relay relay,
            Pace pace,
            Clock clock,
            List<Runnable> chores) {
        this.rows = rows;
        this.queue = queue;
        this.relay = relay;
        this.pace = pace;
        this.clock = clock;
        this.chores = List.copyOf(chores);
        this.thread = Thread.ofVirtual().name("sweeper").start(this::run);
    }

    /// What nobody else does comes first: jobs that the queue has lost.
    private void sweepOnce() {
        attempt(this::requeue);
        chores.forEach(Sweeper::attempt);
        attempt(() -> rows.forgetEvents(clock.instant().minus(EVENTS_KEPT)));
    }

    private void requeue() {
        var unseen = unseenMost(queue.counts(), rows.inQueue(), pace.heldMost);
        if (unseen.isEmpty()) return;
        int again = rows.requeueStale(clock.instant().minus(unseen.get()), BATCH_MAX);
        if (again == 0) return;
        LOG.atWarn().addKeyValue("jobs", again).log("the queue had lost jobs");
        relay.wake();
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
    /// once more; empty if for as long as it likes. Too many tickets do no harm, so counting a
    /// little early is safe.
    ///
    /// A long line is no reason to put jobs in again, so age alone says nothing while there is one:
    /// only when the queue holds fewer tickets than rows say it should. But tickets that came twice
    /// can make up for missing ones. So once no ticket waits, a job is also published again that is
    /// older than any that is held back or in hand.
    static Optional<Duration> unseenMost(Counts counts, long inQueue, Duration heldMost) {
        if (counts.alive() < inQueue) return Optional.of(SETTLED);
        return counts.ready() == 0 && inQueue > 0 ? Optional.of(heldMost) : Optional.empty();
    }

    /// A chore that fails must not keep the others from their turn, whatever it fails with.
    private static void attempt(Runnable chore) {
        try {
            chore.run();
        } catch (Failure e) {
            LOG.atWarn()
                    .addKeyValue("problem", e.problem().code())
                    .addKeyValue("reason", e.reason())
                    .log("sweeper tries again later");
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a chore of the sweeper broke; the others go on");
        }
    }

    private void run() {
        try {
            do sweepOnce();
            while (!closed.await(pace.every.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
