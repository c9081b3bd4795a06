package safelight.simulate;

/// What a scaler is shown of one second: how many wait, for how long the oldest does, how many are
/// being done, and how many instances serve or are there at all.
record Figures(
        int second,
        double waiting,
        double oldestSeconds,
        double inHand,
        int serving,
        int present) {}
