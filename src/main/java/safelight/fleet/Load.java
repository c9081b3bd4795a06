package safelight.fleet;

/// How much an instance had to do since its last heartbeat: `busy` requests or jobs in hand on
/// average, of `places` that it can take at once; `cpuCores` used on average; `finished` since it
/// started.
public record Load(double busy, int places, double cpuCores, long finished) {
    /// Of an instance that has not measured yet.
    public static final Load NONE = new Load(0, 0, 0, 0);

    /// Refuses what cannot be measured.
    public Load {
        if (!(busy >= 0) || places < 0 || !(cpuCores >= 0) || finished < 0)
            throw new IllegalArgumentException(
                    "no load: busy %s of %d, %s cores, %d finished"
                            .formatted(busy, places, cpuCores, finished));
    }
}
