package safelight.base;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait before the next try: exponential with equal jitter (AWS Architecture Blog,
/// "Exponential Backoff And Jitter"), between half and the whole of `first * 2^(try-1)`, at most
/// `most`.
public record Backoff(Duration first, Duration most) {
    private static final int DOUBLINGS_MAX = 30;

    /// Refuses a first wait that is not positive or longer than the longest.
    public Backoff {
        if (first.isNegative() || first.isZero() || most.compareTo(first) < 0)
            throw new IllegalArgumentException("no backoff from " + first + " to " + most);
    }

    /// The wait before try number `attempt` + 1; `attempt` counts failed tries from 1.
    public Duration delay(int attempt, RandomGenerator random) {
        if (attempt < 1) throw new IllegalArgumentException("no attempt " + attempt);
        long millis = first.toMillis() << Math.min(attempt - 1, DOUBLINGS_MAX);
        long whole = Math.min(millis, most.toMillis());
        return Duration.ofMillis(whole - random.nextLong(whole / 2 + 1));
    }
}
