package safelight.scaling;

/// How many instances there should be, and why. `recommended` is what the figures of this moment
/// ask for; it is remembered, and holds the count up for a while. `blind` if figures are missing.
public record Decision(int count, int recommended, boolean blind, Cause cause, String why) {
    /// What had the last word.
    public enum Cause {
        /// The figures ask for what is there.
        STEADY,
        /// Requests in hand, on the average of the long window.
        REQUESTS,
        /// Requests in hand, on the average of the short window.
        BURST,
        /// Cores used.
        CPU,
        /// Jobs that arrive.
        ARRIVALS,
        /// Jobs that wait.
        BACKLOG,
        /// Jobs that have waited for longer than they should.
        LATE,
        /// Jobs that are being worked on.
        IN_HAND,
        /// It was needed a while ago.
        HELD,
        /// Growth is bounded.
        GROWING,
        /// Shrinking is bounded, and allowed.
        SHRINKING,
        /// Figures are missing, so nothing is taken away.
        MISSING,
        /// Never below the least, never above the most.
        BOUNDS
    }
}
