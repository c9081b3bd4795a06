package safelight.scaling;

import java.time.Duration;

/// The jobs that wait for a worker: how many, in the queue and on the way to it; how many CPU
/// seconds one of them takes, on the average; and how long the oldest has waited.
public record Line(long waiting, double secondsEach, Duration oldest) {
    /// Nobody waits.
    public static final Line EMPTY = new Line(0, 0, Duration.ZERO);

    /// Refuses what cannot be a line.
    public Line {
        if (waiting < 0 || !(secondsEach >= 0) || oldest.isNegative())
            throw new IllegalArgumentException(
                    "no line: %d jobs of %s s, %s".formatted(waiting, secondsEach, oldest));
    }

    /// The CPU seconds that wait.
    double seconds() {
        return waiting * secondsEach;
    }
}
