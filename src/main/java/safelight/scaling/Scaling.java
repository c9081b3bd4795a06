package safelight.scaling;

import java.time.Duration;

/// How traffic becomes a number of web servers. `least` and `most` bound it. A server is meant to
/// be busy with `busyShare` of its places and `cpuShare` of the `cores` that it may use, on the
/// average of `stable`; the average of `burst` counts too while it asks for `burstFactor` times
/// what is there. Growth is bounded for each `growEvery`. Nothing is taken away that was needed
/// within `hold`, and then a tenth for each `shrinkEvery`. Figures older than `fresh` are none.
public record Scaling(
        int least,
        int most,
        double busyShare,
        double cpuShare,
        double cores,
        Duration stable,
        Duration burst,
        double burstFactor,
        Duration growEvery,
        Duration hold,
        Duration shrinkEvery,
        Duration fresh) {
    /// Refuses bounds and windows that contradict each other.
    public Scaling {
        if (least < 1 || most < least)
            throw new IllegalArgumentException("no count from %d to %d".formatted(least, most));
        if (!(busyShare > 0 && busyShare <= 1) || !(cpuShare > 0 && cpuShare <= 1) || !(cores > 0))
            throw new IllegalArgumentException(
                    "no target of %s busy, %s of %s cores".formatted(busyShare, cpuShare, cores));
        if (burst.isNegative() || burst.isZero() || stable.compareTo(burst) < 0)
            throw new IllegalArgumentException("no windows of %s and %s".formatted(stable, burst));
        // Else the average would not have caught up when a burst's recommendation is forgotten.
        if (hold.compareTo(stable) < 0)
            throw new IllegalArgumentException(
                    "a count is held for at least %ds, not %ds"
                            .formatted(stable.toSeconds(), hold.toSeconds()));
        if (!(burstFactor >= 1) || growEvery.isNegative() || shrinkEvery.isNegative())
            throw new IllegalArgumentException(
                    "no pace of %s, %s, %s".formatted(burstFactor, growEvery, shrinkEvery));
    }

    /// The defaults, for instances that may use `cores`.
    public static Scaling between(int least, int most, double cores) {
        return new Scaling(
                least,
                most,
                0.70,
                0.65,
                cores,
                Duration.ofSeconds(60),
                Duration.ofSeconds(6),
                2,
                Duration.ofSeconds(15),
                Duration.ofSeconds(300),
                Duration.ofSeconds(60),
                Duration.ofSeconds(6));
    }

    /// How fast the count follows.
    Pace pace() {
        return new Pace(least, most, growEvery, hold, shrinkEvery, fresh);
    }

    /// How far back figures matter.
    Duration memory() {
        return pace().memory();
    }
}
