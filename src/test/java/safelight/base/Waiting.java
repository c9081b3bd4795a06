package safelight.base;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/// Waits in tests for what comes to be by itself, but not for ever.
public final class Waiting {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private Waiting() {}

    /// Returns once it holds; fails if it does not within a minute.
    public static void until(Callable<Boolean> claim) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds(claim)) {
            if (System.nanoTime() > deadline) throw new AssertionError("still waiting");
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }

    private static boolean holds(Callable<Boolean> claim) {
        try {
            return claim.call();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
