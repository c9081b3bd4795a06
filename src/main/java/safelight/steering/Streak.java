package safelight.steering;

/// What one vantage point has seen of one data center: its state, and how many checks in a row said
/// otherwise.
public record Streak(State state, int against) {
    /// Nothing seen yet.
    public static final Streak NONE = new Streak(State.UNKNOWN, 0);

    /// A data center's state.
    public enum State {
        /// Not checked yet.
        UNKNOWN,
        /// Takes traffic.
        UP,
        /// Does not.
        DOWN
    }

    /// How many checks in a row change a state.
    public record Thresholds(int down, int up) {
        /// Refuses less than one.
        public Thresholds {
            if (down < 1 || up < 1) throw new IllegalArgumentException("a threshold is at least 1");
        }
    }

    /// After one more check. The first one decides alone, since there is nothing to keep.
    public Streak after(boolean hasPassed, Thresholds thresholds) {
        if (state == State.UNKNOWN) return new Streak(hasPassed ? State.UP : State.DOWN, 0);
        if (hasPassed == (state == State.UP)) return new Streak(state, 0);
        if (against + 1 < needed(thresholds)) return new Streak(state, against + 1);
        return new Streak(hasPassed ? State.UP : State.DOWN, 0);
    }

    /// Checks until the state may change, if the last one spoke against it; otherwise as many as
    /// nobody waits for.
    public int checksToChange(Thresholds thresholds) {
        return against == 0 ? Integer.MAX_VALUE : needed(thresholds) - against;
    }

    private int needed(Thresholds thresholds) {
        return state == State.UP ? thresholds.down() : thresholds.up();
    }
}
