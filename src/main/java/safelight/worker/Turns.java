package safelight.worker;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import safelight.jobs.CarryOut;
import safelight.queue.LaneSemaphore;
import safelight.queue.Ticket;

/// Who may take a job, and whose pixels have a core. Thread-safe.
///
/// A job may be taken if a core is free for it, so that none waits here while another worker is
/// idle. If all of late were quick, one is taken ahead: its row is claimed and its photo read while
/// the cores are busy, else each would be idle for that long between two jobs. It waits for a
/// moment only, or for one job where the next one is the first that is slow.
///
/// Whoever is taken ahead must not have its turn before an interactive job that comes now. So one
/// such job more may be taken, and goes to the next core that is free: it waits for one job. That
/// ends as soon as one of those on the cores turns out to be slow.
final class Turns {
    /// How many jobs may be taken that have no core yet.
    static final int AHEAD = 1;

    /// How many interactive ones may be taken besides.
    static final int BESIDES = 1;

    /// A core is rarely idle for more than 10 ms between two jobs: of longer jobs, that is little.
    private static final Duration QUICK = Duration.ofMillis(250);

    /// What is taken for usual at the start, so that some quick ones have to come first.
    private static final Duration UNKNOWN = Duration.ofSeconds(1);

    /// An idle worker need not ask for what it has no use for.
    private static final Duration LATELY = Duration.ofSeconds(5);

    private static final double WEIGHT = 1.0 / 8;

    private final Semaphore hands;
    private final LaneSemaphore cores;
    private final LongSupplier nanoTime;
    private final Set<Turn> onCores = new HashSet<>();
    private double usualNanos = UNKNOWN.toNanos();
    private long lastNanos;

    /// With so many cores.
    Turns(int cores) {
        this(cores, System::nanoTime);
    }

    Turns(int cores, LongSupplier nanoTime) {
        this.hands = new Semaphore(cores + AHEAD);
        this.cores = new LaneSemaphore(cores);
        this.nanoTime = nanoTime;
    }

    /// Leave to take a job, or empty if there was none within `wait`.
    Optional<Turn> next(Duration wait) throws InterruptedException {
        int left = areQuick() ? 0 : AHEAD;
        if (!hands.tryAcquire(1 + left, wait.toMillis(), TimeUnit.MILLISECONDS))
            return Optional.empty();
        hands.release(left);
        return Optional.of(new Turn(true));
    }

    /// Leave to take an interactive job though others are in hand, or empty unless all of late were
    /// quick. For one thread.
    Optional<Turn> urgent() {
        return areQuick() ? Optional.of(new Turn(false)) : Optional.empty();
    }

    private synchronized boolean areQuick() {
        long now = nanoTime.getAsLong();
        return usualNanos < QUICK.toNanos()
                && now - lastNanos < LATELY.toNanos()
                && onCores.stream().allMatch(t -> now - t.beganNanos < QUICK.toNanos());
    }

    private synchronized void begin(Turn turn) {
        turn.beganNanos = nanoTime.getAsLong();
        onCores.add(turn);
    }

    private synchronized void end(Turn turn) {
        lastNanos = nanoTime.getAsLong();
        onCores.remove(turn);
        learn(lastNanos - turn.beganNanos);
    }

    /// A slow job counts at once, quick ones by and by: among jobs of all kinds none is taken
    /// ahead, or it might wait for long.
    private void learn(long nanos) {
        usualNanos = Math.max((double) nanos, usualNanos + WEIGHT * (nanos - usualNanos));
    }

    /// One job's way, in one thread's hand: taken, then on a core, then over.
    final class Turn implements CarryOut.Core, AutoCloseable {
        private Ticket.Lane lane = Ticket.Lane.BULK;
        private boolean isHeld;
        private boolean isOnCore;
        private long beganNanos;

        private Turn(boolean isHeld) {
            this.isHeld = isHeld;
        }

        /// For a job of this lane.
        Turn of(Ticket.Lane lane) {
            this.lane = lane;
            return this;
        }

        /// Bounded by the time that the jobs on the cores, and a few more urgent ones, may take.
        @Override
        public void take() {
            cores.take(lane);
            isOnCore = true;
            begin(this);
        }

        @Override
        public void giveBack() {
            if (isOnCore) {
                isOnCore = false;
                end(this);
                cores.giveBack(1);
            }
            if (isHeld) {
                isHeld = false;
                hands.release();
            }
        }

        @Override
        public void close() {
            giveBack();
        }
    }
}
