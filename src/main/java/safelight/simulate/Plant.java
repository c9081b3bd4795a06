package safelight.simulate;

/// What is simulated: instances that each do `slots` things at once, a thing takes `eachSeconds`,
/// an instance serves `startSeconds` after it was asked for, and what waits for longer than
/// `lateSeconds` is late. There are `least` to `most` instances. All rules are set to the same
/// targets: `busyShare` of the slots, and of workers a line that is done in time.
public record Plant(
        Role role,
        int least,
        int most,
        int slots,
        double eachSeconds,
        int startSeconds,
        double lateSeconds,
        double busyShare) {
    /// Workers take from a line; web servers hold what waits themselves.
    public enum Role {
        WEB,
        WORKERS
    }

    /// Refuses what does not work.
    public Plant {
        if (least < 0 || most < Math.max(1, least) || slots < 1 || startSeconds < 0)
            throw new IllegalArgumentException(
                    "No plant: %d to %d of %d slots, started in %d s"
                            .formatted(least, most, slots, startSeconds));
        if (!(busyShare > 0 && busyShare <= 1))
            throw new IllegalArgumentException("No part of the slots: " + busyShare);
        if (!(eachSeconds > 0) || !(lateSeconds > 0))
            throw new IllegalArgumentException(
                    "No plant: %s s each, late after %s s".formatted(eachSeconds, lateSeconds));
    }

    /// How many things an instance does a second.
    double perSecond() {
        return slots / eachSeconds;
    }

    /// The same, with another part of the slots that is meant to be in use.
    Plant filledBy(double share) {
        return new Plant(role, least, most, slots, eachSeconds, startSeconds, lateSeconds, share);
    }

    /// How many instances a rate needs, at the target.
    public double needed(double rate) {
        return rate / perSecond() / busyShare();
    }
}
