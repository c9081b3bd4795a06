package safelight.queue;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A counting semaphore for jobs, the more urgent lane first. Nobody waits for ever: each of an
/// urgent lane counts as if it had come a little earlier, not as the first of all; and who wants
/// many permits is not passed by those behind it who want few. Thread-safe.
public final class LaneSemaphore {
    /// How many who came later pass one of the next lane.
    static final int PASSED_MOST = 4;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition isChanged = lock.newCondition();
    private final PriorityQueue<Waiting> waiting =
            new PriorityQueue<>(
                    Comparator.comparingLong(Waiting::turn).thenComparingLong(Waiting::came));
    private int free;
    private long came;

    private record Waiting(long turn, long came, int permits) {}

    /// With so many permits.
    public LaneSemaphore(int permits) {
        this.free = permits;
    }

    /// Waits for one permit, however long.
    public void take(Ticket.Lane lane) {
        lock.lock();
        try {
            var mine = joined(lane, 1);
            while (!isNext(mine)) isChanged.awaitUninterruptibly();
            leave(mine);
            free--;
        } finally {
            lock.unlock();
        }
    }

    /// Takes so many permits within `most`; whether it could.
    ///
    /// @throws InterruptedException if the thread is interrupted while it waits; nothing is taken
    public boolean take(Ticket.Lane lane, int permits, Duration most) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            var mine = joined(lane, permits);
            try {
                long left = most.toNanos();
                while (!isNext(mine)) {
                    if (left <= 0) return false;
                    left = isChanged.awaitNanos(left);
                }
                free -= permits;
                return true;
            } finally {
                leave(mine);
            }
        } finally {
            lock.unlock();
        }
    }

    /// So many permits are free again.
    public void giveBack(int permits) {
        lock.lock();
        try {
            free += permits;
            isChanged.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Waiting joined(Ticket.Lane lane, int permits) {
        var mine = new Waiting(came + passedBy(lane), came++, permits);
        waiting.add(mine);
        return mine;
    }

    /// The next one may have its turn too.
    private void leave(Waiting mine) {
        waiting.remove(mine);
        isChanged.signalAll();
    }

    private boolean isNext(Waiting mine) {
        return mine.permits <= free && waiting.element().equals(mine);
    }

    private static int passedBy(Ticket.Lane lane) {
        return switch (lane) {
            case INTERACTIVE -> 0;
            case NORMAL -> PASSED_MOST;
            case BULK -> 2 * PASSED_MOST;
        };
    }
}
