package safelight.simulate;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/// Kubernetes' HorizontalPodAutoscaler with its defaults, on the average of a figure over all pods:
/// every 15 s, `ceil(current * metric / target)`, which is `ceil(sum / target)` since pods that
/// start count as idle. It leaves a tenth alone, grows by the double or by four in 15 s, and
/// shrinks to the highest recommendation of 300 s. It knows no zero. What is set is the target: the
/// part of the slots or places that is meant to be in use.
class Hpa implements Scaler {
    private static final int PERIOD = 15;
    // Traffic does not wait for the round: half a period is what it meets on the average.
    private static final int PHASE = 7;

    private static final double TOLERANCE = 0.1;
    private static final int STEP_MIN = 4;
    private static final int STABLE = 300;

    private final Plant plant;
    private final double share;
    private final Deque<Recommendation> made = new ArrayDeque<>();
    private double sum;
    private int seconds;
    private int count = -1;

    private record Recommendation(int second, int count) {}

    Hpa(Plant plant, double share) {
        this.plant = plant;
        this.share = share;
    }

    @Override
    public String name() {
        return "HPA";
    }

    @Override
    public String setting() {
        return percent(share);
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    @Override
    public int wanted(Figures now) {
        if (count < 0) count = now.present();
        sum += now.inHand();
        seconds++;
        if (isRound(now)) {
            // The metrics server shows the average of its last round.
            count = sync(now, sum / seconds / (plant.slots() * share), least());
            sum = 0;
            seconds = 0;
        }
        return count;
    }

    static boolean isRound(Figures now) {
        return now.second() % PERIOD == PHASE;
    }

    int least() {
        return Math.max(1, plant.least());
    }

    final int sync(Figures now, double asked, int least) {
        int present = now.present();
        boolean isNear = present > 0 && Math.abs(asked / present - 1) <= TOLERANCE;
        int wanted = isNear ? present : (int) Math.ceil(Math.min(asked, plant.most()));
        made.addLast(new Recommendation(now.second(), wanted));
        while (made.getFirst().second < now.second() - STABLE) made.removeFirst();
        int held = made.stream().mapToInt(Recommendation::count).max().orElse(wanted);
        // Down only as far as the highest of the window; up is not held.
        int next = wanted > present ? wanted : Math.min(present, held);
        next = Math.min(next, Math.max(2 * present, present + STEP_MIN));
        return Math.clamp(next, least, plant.most());
    }
}
