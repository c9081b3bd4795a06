package safelight.jobs;

import java.time.Duration;
import safelight.base.Bytes;
import safelight.queue.LaneSemaphore;
import safelight.queue.Ticket;

/// The memory that the jobs of this process may take together. The more urgent lane is served
/// first, and within a lane who asked first: a large job waits for those before it, and a few
/// urgent ones.
final class MemoryRoom {
    private static final long UNIT = 1L << 20;

    private final Bytes budget;
    private final LaneSemaphore units;

    MemoryRoom(Bytes budget) {
        this.budget = budget;
        this.units = new LaneSemaphore(units(budget.count()));
    }

    /// Room that was taken; closing gives it back.
    interface Taken extends AutoCloseable {
        @Override
        void close();
    }

    /// Waits until there is room for so much of a job of this lane.
    ///
    /// @throws JobFailure.TooLarge if there never will be
    /// @throws JobFailure.NoRoom if others had it all that time
    Taken take(Ticket.Lane lane, Bytes needed, Duration most) {
        if (needed.compareTo(budget) > 0) throw new JobFailure.TooLarge(needed, budget);
        int taken = Math.min(units(needed.count() + UNIT - 1), units(budget.count()));
        try {
            if (!units.take(lane, taken, most)) throw new JobFailure.NoRoom();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JobFailure.NoRoom();
        }
        return () -> units.giveBack(taken);
    }

    private static int units(long bytes) {
        return Math.clamp(bytes / UNIT, 1, Integer.MAX_VALUE);
    }
}
