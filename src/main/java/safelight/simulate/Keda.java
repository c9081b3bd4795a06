package safelight.simulate;

/// KEDA: the length of the line, read every 30 s, as an HPA's `AverageValue`: `ceil(metric /
/// threshold)`. The threshold is what one instance does within the target; of web servers it is the
/// requests that one is meant to have in hand. As KEDA's scalers of queues do, it counts what is
/// being worked on too. From zero at the first of something, to zero after 300 s of nothing.
final class Keda extends Hpa {
    private static final int POLL = 30;
    private static final int PHASE = 15;
    private static final int COOLDOWN = 300;

    private final Plant plant;
    private final double threshold;
    private double metric;
    private int active;
    private int count = -1;

    Keda(Plant plant) {
        super(plant);
        this.plant = plant;
        this.threshold =
                plant.role() == Plant.Role.WEB
                        ? plant.slots() * plant.busyShare()
                        : Math.max(1, plant.perSecond() * plant.lateSeconds());
    }

    @Override
    public String name() {
        return "KEDA";
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
