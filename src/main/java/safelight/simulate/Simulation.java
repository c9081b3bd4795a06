package safelight.simulate;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// A trace, a plant and a scaler, second by second. Things flow rather than being counted one by
/// one: a second costs the same whether one thing arrives in it or a million. They are done in
/// their order. Instances serve some time after they were asked for, and stop at once, since they
/// finish what is in hand. Waits are whole seconds.
public final class Simulation {
    private static final int POINTS_MOST = 600;
    // As web.requests-most is to web.places.
    private static final int IN_HAND_MOST = 5;

    private final Trace trace;
    private final Plant plant;
    private final Scaler scaler;
    private final double[] arrived;
    private final int[] starts;
    private final Waits waits;
    private final Outcome.Series series;
    private int head;
    private double headLeft;
    private double waiting;
    private int serving;
    private int starting;
    private double instanceSeconds;

    private Simulation(Trace trace, Plant plant, Scaler scaler, long seed) {
        int length = trace.seconds();
        this.trace = trace;
        this.plant = plant;
        this.scaler = scaler;
        this.arrived = noisy(trace, seed);
        this.starts = new int[length + plant.startSeconds() + 2];
        this.waits = new Waits(length);
        this.serving = Math.max(plant.least(), initial(trace, plant));
        int step = Math.max(1, (length + POINTS_MOST - 1) / POINTS_MOST);
        int points = (length + step - 1) / step;
        this.series = new Outcome.Series(step, points);
    }

    /// Runs a trace under a scaler; the same seed gives the same arrivals.
    static Outcome run(Trace trace, Plant plant, Scaler scaler, long seed) {
        return new Simulation(trace, plant, scaler, seed).run();
    }

    /// It has been going on for a while when it begins.
    private static int initial(Trace trace, Plant plant) {
        return Math.min(plant.most(), (int) Math.ceil(plant.needed(trace.rate(0))));
    }

    /// A rate is an expectation: what comes in a second varies by its square root (Poisson).
    private static double[] noisy(Trace trace, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        var arrived = new double[trace.seconds()];
        double owed = 0;
        for (int s = 0; s < arrived.length; s++) {
            owed += trace.rate(s) + Math.sqrt(trace.rate(s)) * random.nextGaussian();
            // Whole things arrive; what is less than one is kept for later.
            arrived[s] = Math.max(0, Math.floor(owed));
            owed -= arrived[s];
        }
        return arrived;
    }

    private Outcome run() {
        for (int second = 0; second < arrived.length; second++) step(second);
        for (int s = head; s < arrived.length; s++)
            waits.add(arrived.length - s, s == head ? headLeft : arrived[s]);
        return new Outcome(
                trace.name(),
                scaler.name(),
                scaler.setting(),
                instanceSeconds / 3600,
                waits.at(0.5),
                waits.at(0.99),
                waits.max(),
                waits.beyond(plant.lateSeconds()),
                waiting,
                series);
    }

    private void step(int second) {
        serving += starts[second];
        starting -= starts[second];
        if (second == 0) headLeft = arrived[0];
        waiting += arrived[second];
        double done = Math.min(waiting, serving * plant.perSecond());
        serve(second, done);
        waiting -= done;
        double inHand = done * plant.eachSeconds();
        // A web server has in hand what waits in it, and refuses what is too much; a line is
        // nobody's.
        if (plant.role() == Plant.Role.WEB)
            inHand += Math.min(waiting, (IN_HAND_MOST - 1.0) * plant.slots() * serving);
        var figures =
                new Figures(second, waiting, second - head, inHand, serving, serving + starting);
        instanceSeconds += serving + starting;
        int wanted = Math.clamp(scaler.wanted(figures), 0, plant.most());
        note(second, wanted);
        change(second, wanted);
    }

    /// Takes from the head of the line.
    private void serve(int second, double done) {
        double left = done;
        while (head <= second) {
            double part = Math.min(left, headLeft);
            if (part > 0) waits.add(second - head, part);
            left -= part;
            headLeft -= part;
            if (headLeft > 1e-9 || head == second) return;
            head++;
            headLeft = head < arrived.length ? arrived[head] : 0;
        }
    }

    private void change(int second, int wanted) {
        int present = serving + starting;
        if (wanted > present) {
            starts[second + plant.startSeconds() + 1] += wanted - present;
            starting += wanted - present;
        }
        // Who does not serve yet goes first, the latest before the others.
        int leaving = Math.max(0, present - wanted);
        for (int at = second + plant.startSeconds() + 1; at > second && leaving > 0; at--) {
            int cancelled = Math.min(leaving, starts[at]);
            starts[at] -= cancelled;
            starting -= cancelled;
            leaving -= cancelled;
        }
        serving -= leaving;
    }

    private void note(int second, int wanted) {
        int point = second / series.stepSeconds();
        int length = Math.min(series.stepSeconds(), arrived.length - point * series.stepSeconds());
        series.note(point, 1.0 / length, arrived[second], new Outcome.Counts(wanted, serving));
    }
}
