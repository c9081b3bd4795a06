package safelight.scaling;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.random.RandomGenerator;

/// A data center in which a second is a step: servers take a while to start, each answers 100
/// requests at once, and what is more than that waits in line.
final class Simulation {
    static final int PLACES = 100;

    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
    private static final int STARTS_IN = 5;

    private final Policy policy;
    private final RandomGenerator random;
    private final List<Integer> starting = new ArrayList<>();
    private final List<Second> seconds = new ArrayList<>();
    private History<Sample> history = History.<Sample>none();
    private int serving;
    private int now;

    /// What was the case in one second; `wanted` is how many instances the load needs at 70 %.
    record Second(int at, double load, int wanted, int serving, int present, Decision decision) {}

    Simulation(Policy policy, int serving, RandomGenerator random) {
        this.policy = policy;
        this.serving = serving;
        this.random = random;
    }

    /// Goes on for a while. `load` is requests in hand by the second; in seconds that are `dark` no
    /// figures come.
    Simulation run(int length, IntToDoubleFunction load, double noise, IntPredicate dark) {
        for (int end = now + length; now < end; now++) step(load, noise, dark.test(now));
        return this;
    }

    /// The autoscaler is started anew, and knows nothing.
    Simulation restart() {
        history = History.<Sample>none();
        return this;
    }

    List<Second> seconds() {
        return seconds;
    }

    Second last() {
        return seconds.getLast();
    }

    private void step(IntToDoubleFunction load, double noise, boolean isDark) {
        starting.replaceAll(left -> left - 1);
        while (starting.remove(Integer.valueOf(0))) serving++;
        double asked = load.applyAsDouble(now);
        double busy = Math.max(0, asked * (1 + noise * random.nextGaussian()));
        int present = serving + starting.size();
        var at = START.plusSeconds(now);
        history =
                policy.remember(
                        history,
                        isDark
                                ? new Sample(at, 0, 0, 0, present, false)
                                : new Sample(at, busy, 0, PLACES, present, true));
        var decision = policy.decide(history, present, at);
        history = policy.remember(history, decision, at);
        int wanted = (int) Math.ceil(asked / (0.7 * PLACES));
        seconds.add(new Second(now, asked, wanted, serving, present, decision));
        for (int i = present; i < decision.count(); i++) starting.add(STARTS_IN);
        for (int i = present; i > decision.count(); i--)
            if (starting.isEmpty()) serving--;
            else starting.removeLast();
    }
}
