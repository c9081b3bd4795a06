package safelight.simulate;

import java.util.Locale;

/// KEDA: the length of the line, read every 30 s, as an HPA's `AverageValue`: `ceil(metric /
/// threshold)`. As KEDA's scalers of queues do, it counts what is being worked on too; of web
/// servers it is the requests in hand. What is set is the threshold: so many for each instance.
/// From zero at the first of something, to zero after 300 s of nothing.
final class Keda extends Hpa {
    private static final int POLL = 30;
    private static final int PHASE = 15;
    private static final int COOLDOWN = 300;

    private final Plant plant;
    private final double threshold;
    private double metric;
    private int active;
    private int count = -1;

    Keda(Plant plant, double threshold) {
        super(plant, plant.busyShare());
        this.plant = plant;
        this.threshold = threshold;
    }

    @Override
    public String name() {
        return "KEDA";
    }

    @Override
    public String setting() {
        return String.format(Locale.ROOT, threshold < 10 ? "%.1f" : "%.0f", threshold);
    }

    @Override
    public int wanted(Figures now) {
        if (count < 0) count = now.present();
        if (now.second() % POLL == PHASE) {
            metric = plant.role() == Plant.Role.WEB ? now.inHand() : now.waiting() + now.inHand();
            if (metric > 0) active = now.second();
            if (plant.least() == 0 && metric > 0 && now.present() == 0) count = 1;
        }
        if (plant.least() == 0 && now.second() - active >= COOLDOWN) count = 0;
        else if (isRound(now) && now.present() > 0) count = sync(now, metric / threshold, least());
        return count;
    }
}
