package safelight.simulate;

/// How a run of a scaler at a setting ended: what it cost, and how long what arrived had to wait.
/// `late` is the share that waited for longer than it should, `left` how many waited still at the
/// end.
public record Outcome(
        String trace,
        String scaler,
        String setting,
        double instanceHours,
        double p50Seconds,
        double p99Seconds,
        double maxSeconds,
        double late,
        double left,
        Series series) {
    /// What was the case, in a few hundred steps of equal length.
    public static final class Series {
        private final int stepSeconds;
        private final double[] rate;
        private final double[] wanted;
        private final double[] serving;

        Series(int stepSeconds, int steps) {
            this.stepSeconds = stepSeconds;
            this.rate = new double[steps];
            this.wanted = new double[steps];
            this.serving = new double[steps];
        }

        int stepSeconds() {
            return stepSeconds;
        }

        int steps() {
            return rate.length;
        }

        double rate(int step) {
            return rate[step];
        }

        double wanted(int step) {
            return wanted[step];
        }

        double serving(int step) {
            return serving[step];
        }

        /// Adds a second's figures to the step's averages; `share` is its part of the step.
        void note(int step, double share, double arrived, Counts counts) {
            rate[step] += arrived * share;
            wanted[step] += counts.wanted * share;
            serving[step] += counts.serving * share;
        }
    }

    /// Of instances.
    record Counts(int wanted, int serving) {}
}
