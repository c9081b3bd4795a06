package safelight.jobs;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import safelight.base.Bytes;

/// The memory that the jobs of this process may take together. Who asked first is served first, so
/// that a large job waits for those before it and for nobody else.
final class MemoryRoom {
    private static final long UNIT = 1L << 20;

    private final Bytes budget;
    private final Semaphore units;

    MemoryRoom(Bytes budget) {
        this.budget = budget;
        this.units = new Semaphore(units(budget.count()), true);
    }

    /// Room that was taken; closing gives it back.
    interface Taken extends AutoCloseable {
        @Override
        void close();
    }

    /// Waits until there is room for so much.
    ///
    /// @throws JobFailure.TooLarge if there never will be
    /// @throws JobFailure.NoRoom if others had it all that time
    Taken take(Bytes needed, Duration most) {
        if (needed.compareTo(budget) > 0) throw new JobFailure.TooLarge(needed, budget);
        int taken = Math.min(units(needed.count() + UNIT - 1), units(budget.count()));
        try {
            if (!units.tryAcquire(taken, most.toMillis(), TimeUnit.MILLISECONDS))
                throw new JobFailure.NoRoom();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JobFailure.NoRoom();
        }
        return () -> units.release(taken);
    }

    private static int units(long bytes) {
        return Math.clamp(bytes / UNIT, 1, Integer.MAX_VALUE);
    }
}
