package safelight.app;

import java.time.Duration;

/// Counts the ends of a child process that came too early, one after the other: what goes down
/// again and again by itself is started ever more slowly. Pure.
final class Restarts {
    private static final Duration STEADY = Duration.ofSeconds(20);

    /// Who was killed from outside says nothing about the next one, and may have jobs waiting. But
    /// the kernel kills so as well, when memory does not even suffice for a start.
    private static final Duration STEADY_UNLESS_GUILTY = Duration.ofSeconds(1);

    private Restarts() {}

    /// The early ends by now, after `before` of them; the last process lived for `lived`, and went
    /// down by itself (`guilty`) or was stopped.
    static int early(int before, Duration lived, boolean guilty) {
        var steady = guilty ? STEADY : STEADY_UNLESS_GUILTY;
        return lived.compareTo(steady) > 0 ? 0 : before + 1;
    }
}
