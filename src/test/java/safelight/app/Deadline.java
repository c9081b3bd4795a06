package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/// Waits for what comes to be by itself, but not for ever.
record Deadline(Instant at) {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    static Deadline of(Duration wait) {
        return new Deadline(Instant.now().plus(wait));
    }

    /// Returns once it holds; fails if it does not in time.
    void until(Callable<Boolean> claim) {
        var _ = present(() -> Optional.of(claim.call()).filter(holds -> holds));
    }

    /// Returns what is there as soon as it is; fails if nothing is in time.
    <T> T present(Callable<Optional<T>> search) {
        while (true) {
            var found = called(search);
            if (found.isPresent()) return found.get();
            assertThat(Instant.now()).as("still waiting").isBefore(at);
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }

    private static <T> T called(Callable<T> callable) {
        try {
            return callable.call();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
