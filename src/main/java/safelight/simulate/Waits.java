package safelight.simulate;

/// How long what was done had waited, in seconds: a histogram, so that it does not matter how many
/// there were.
final class Waits {
    private final double[] amounts;
    private double all;

    Waits(int most) {
        this.amounts = new double[most + 1];
    }

    void add(int seconds, double amount) {
        amounts[Math.min(seconds, amounts.length - 1)] += amount;
        all += amount;
    }

    /// The wait that this share did not exceed.
    double at(double share) {
        double sum = 0;
        for (int s = 0; s < amounts.length; s++) {
            sum += amounts[s];
            if (sum >= share * all && sum > 0) return s;
        }
        return 0;
    }

    double max() {
        for (int s = amounts.length - 1; s >= 0; s--) if (amounts[s] > 0) return s;
        return 0;
    }

    /// The share that waited for longer.
    double beyond(double seconds) {
        double sum = 0;
        for (int s = (int) Math.floor(seconds) + 1; s < amounts.length; s++) sum += amounts[s];
        return all == 0 ? 0 : sum / all;
    }
}
