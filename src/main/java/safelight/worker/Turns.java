package safelight.worker;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import safelight.jobs.CarryOut;

/// Who may take a job, and whose pixels have a core. Thread-safe.
///
/// A job may be taken if a core is free for it, so that none waits here while another worker is
/// idle. If all of late were quick, one is taken ahead: its row is claimed and its photo read while
/// the cores are busy, else each would be idle for that long between two jobs. It waits for a
/// moment only, or for one job where the next one is the first that is slow.
final class Turns {
    /// How many jobs may be taken that have no core yet.
    static final int AHEAD = 1;

    /// A core is rarely idle for more than 10 ms between two jobs: of longer jobs, that is little.
    private static final Duration QUICK = Duration.ofMillis(250);

    /// What is taken for usual at the start, so that some quick ones have to come first.
    private static final Duration UNKNOWN = Duration.ofSeconds(1);

    private static final double WEIGHT = 1.0 / 8;

    private final Semaphore hands;
    private final Semaphore cores;
    private final LongSupplier nanoTime;
    private double usualNanos = UNKNOWN.toNanos();

    /// With so many cores.
    Turns(int cores) {
        this(cores, System::nanoTime);
    }

    Turns(int cores, LongSupplier nanoTime) {
        this.hands = new Semaphore(cores + AHEAD);
        this.cores = new Semaphore(cores);
        this.nanoTime = nanoTime;
    }

    /// Leave to take a job, or empty if there was none within `wait`.
    Optional<Turn> next(Duration wait) throws InterruptedException {
        int left = areQuick() ? 0 : AHEAD;
        if (!hands.tryAcquire(1 + left, wait.toMillis(), TimeUnit.MILLISECONDS))
            return Optional.empty();
        hands.release(left);
        return Optional.of(new Turn());
    }

    private synchronized boolean areQuick() {
        return usualNanos < QUICK.toNanos();
    }

    /// A slow job counts at once, quick ones by and by: among jobs of all kinds none is taken
    /// ahead, or it might wait for long.
    private synchronized void learn(long nanos) {
        usualNanos = Math.max((double) nanos, usualNanos + WEIGHT * (nanos - usualNanos));
    }

    /// One job's way, in one thread's hand: taken, then on a core, then over.
    final class Turn implements CarryOut.Core, AutoCloseable {
        private boolean isHeld = true;
        private boolean isOnCore;
        private long beganNanos;

        private Turn() {}

        /// Bounded by the time that the jobs on the cores may take.
        @Override
        public void take() {
            cores.acquireUninterruptibly();
            isOnCore = true;
            beganNanos = nanoTime.getAsLong();
        }

        @Override
        public void giveBack() {
            if (isOnCore) {
                isOnCore = false;
                learn(nanoTime.getAsLong() - beganNanos);
                cores.release();
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
