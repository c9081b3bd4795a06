package safelight.scaling;

import java.time.Duration;

/// How a line of jobs becomes a number of workers: jobs may wait for `patience`, what waits besides
/// is meant to be done within `drain`, a worker's slots to be busy with `busyShare` of their time,
/// what arrives is the average of `stable`. `slots` are those of a worker as long as none says how
/// many it has.
public record WorkerScaling(
        int slots,
        double busyShare,
        Duration patience,
        Duration drain,
        Duration stable,
        Pace pace) {
    /// Refuses what decides nothing.
    public WorkerScaling {
        if (slots < 1 || !(busyShare > 0 && busyShare <= 1))
            throw new IllegalArgumentException(
                    "no target of %s of %d slots".formatted(busyShare, slots));
        if (drain.toMillis() < 1 || stable.toMillis() < 1)
            throw new IllegalArgumentException("no windows of %s and %s".formatted(drain, stable));
        // A line as long as `drain` counts as late.
        if (patience.isNegative() || patience.compareTo(drain) >= 0)
            throw new IllegalArgumentException(
                    "jobs may always wait for less than the %ds in which a line is done, not %ds"
                            .formatted(drain.toSeconds(), patience.toSeconds()));
        // Else what arrived would be forgotten before it was averaged.
        if (pace.hold().compareTo(stable) < 0)
            throw new IllegalArgumentException(
                    "a count is held for at least %ds, not %ds"
                            .formatted(stable.toSeconds(), pace.hold().toSeconds()));
    }

    /// The defaults, for workers of so many slots.
    public static WorkerScaling between(int least, int most, int slots) {
        return new WorkerScaling(
                slots,
                0.8,
                Duration.ZERO,
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                new Pace(
                        least,
                        most,
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(300),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(6)));
    }
}
