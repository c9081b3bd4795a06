package safelight.dns;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is done again and again, each on a thread of its own and with jitter, until closed.
final class Rounds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);
    private static final double JITTER = 0.1;

    private final RandomGenerator random;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor();

    /// One round.
    interface Task {
        void run() throws InterruptedException;
    }

    /// Begins with nothing; `random` is asked by one thread at a time.
    Rounds(RandomGenerator random) {
        this.random = random;
    }

    /// Runs `task` now, and again after each `pause` at most.
    void every(Task task, Duration pause) {
        tasks.execute(() -> repeat(task, pause));
    }

    private void repeat(Task task, Duration pause) {
        try {
            long waitMs;
            do {
                long beganNs = System.nanoTime();
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.atWarn().setCause(e).log("a round failed");
                }
                // a slow check is no reason for the next to come later
                waitMs = jittered(pause) - (System.nanoTime() - beganNs) / 1_000_000;
            } while (!stopped.await(Math.max(1, waitMs), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// At most the pause itself, so that thresholds are reached in the time that was promised.
    private long jittered(Duration pause) {
        synchronized (random) {
            return (long) (pause.toMillis() * (1 - JITTER * random.nextDouble()));
        }
    }

    /// Starts no round from now on; those that run are interrupted. Idempotent.
    @Override
    public void close() {
        stopped.countDown();
        tasks.shutdownNow();
    }
}
