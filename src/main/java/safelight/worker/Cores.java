package safelight.worker;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import safelight.queue.Ticket;

/// Cores for pixels, one for each who waits, the more urgent first. Nobody waits for ever: each of
/// an urgent lane counts as if it had come a little earlier, not as the first of all. Thread-safe.
final class Cores {
    /// How many who came later pass one of the next lane.
    static final int PASSED_MOST = 4;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition isChanged = lock.newCondition();
    private final PriorityQueue<Waiting> waiting =
            new PriorityQueue<>(
                    Comparator.comparingLong(Waiting::turn).thenComparingLong(Waiting::came));
    private int free;
    private long came;

    private record Waiting(long turn, long came) {}

    Cores(int cores) {
        this.free = cores;
    }

    /// Waits for one, however long.
    void take(Ticket.Lane lane) {
        lock.lock();
        try {
            var mine = new Waiting(came + passedBy(lane), came++);
            waiting.add(mine);
            while (free == 0 || !waiting.element().equals(mine)) isChanged.awaitUninterruptibly();
            waiting.remove();
            free--;
            isChanged.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static int passedBy(Ticket.Lane lane) {
        return switch (lane) {
            case INTERACTIVE -> 0;
            case NORMAL -> PASSED_MOST;
            case BULK -> 2 * PASSED_MOST;
        };
    }

    /// One is free again.
    void giveBack() {
        lock.lock();
        try {
            free++;
            isChanged.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
