package safelight.simulate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import safelight.scaling.History;
import safelight.scaling.Line;
import safelight.scaling.Pace;
import safelight.scaling.Policy;
import safelight.scaling.Rule;
import safelight.scaling.Sample;
import safelight.scaling.Scaling;
import safelight.scaling.WorkSample;
import safelight.scaling.WorkerPolicy;
import safelight.scaling.WorkerScaling;

/// The rules that the autoscaler runs, asked every second as there. What instances say of
/// themselves is an average of two seconds, and comes as late, since that is how they beat.
final class Ours<S extends History.Seen> implements Scaler {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int BEAT = 2;
    private static final int CORES_MANY = 1_000_000;

    private final String setting;
    private final Rule<S> rule;
    private final Function<Told, S> sample;
    private final Deque<Figures> beats = new ArrayDeque<>();
    private History<S> history = History.none();

    /// The figures of now, and what the instances said last.
    private record Told(Instant at, Figures now, double inHand) {}

    private Ours(String setting, Rule<S> rule, Function<Told, S> sample) {
        this.setting = setting;
        this.rule = rule;
        this.sample = sample;
    }

    static Scaler of(Plant plant) {
        return plant.role() == Plant.Role.WEB
                ? web(plant)
                : workers(plant, Duration.ZERO, usual(plant).pace().hold());
    }

    private static WorkerScaling usual(Plant plant) {
        return WorkerScaling.between(plant.least(), plant.most(), plant.slots());
    }

    /// Goes by requests in hand alone: the cores are as many as never matter.
    private static Scaler web(Plant plant) {
        var usual = Scaling.between(Math.max(1, plant.least()), plant.most(), CORES_MANY);
        var scaling =
                new Scaling(
                        usual.least(),
                        usual.most(),
                        plant.busyShare(),
                        usual.cpuShare(),
                        usual.cores(),
                        usual.stable(),
                        usual.burst(),
                        usual.burstFactor(),
                        usual.growEvery(),
                        usual.hold(),
                        usual.shrinkEvery(),
                        usual.fresh());
        return new Ours<>(
                Hpa.percent(plant.busyShare()),
                new Policy(scaling),
                told ->
                        new Sample(
                                told.at, told.inHand, 0, plant.slots(), told.now.present(), true));
    }

    /// Jobs that may always wait for a part of the target, on workers whose slots are all in use,
    /// and that are held for no longer than arrivals are averaged: the line levels what comes.
    static Scaler patient(Plant plant, double part) {
        return workers(plant.filledBy(1), target(plant, part), usual(plant).stable());
    }

    /// A busy slot uses a core.
    private static Scaler workers(Plant plant, Duration wait, Duration hold) {
        var usual = usual(plant);
        var pace = usual.pace();
        var scaling =
                new WorkerScaling(
                        plant.slots(),
                        plant.busyShare(),
                        wait,
                        target(plant, 1),
                        usual.stable(),
                        new Pace(
                                pace.least(),
                                pace.most(),
                                pace.growEvery(),
                                hold,
                                pace.shrinkEvery(),
                                pace.fresh()));
        var setting =
                wait.isZero()
                        ? Hpa.percent(plant.busyShare())
                        : "wait %d s".formatted(wait.toSeconds());
        return new Ours<>(setting, new WorkerPolicy(scaling), told -> work(plant, told));
    }

    private static Duration target(Plant plant, double part) {
        return Duration.ofMillis(Math.round(plant.lateSeconds() * part * 1000));
    }

    private static WorkSample work(Plant plant, Told told) {
        var oldest = Duration.ofMillis(Math.round(told.now.oldestSeconds() * 1000));
        var line = new Line(Math.round(told.now.waiting()), plant.eachSeconds(), oldest);
        return new WorkSample(
                told.at, line, told.inHand, told.inHand, plant.slots(), told.now.present(), true);
    }

    @Override
    public String name() {
        return "safelight";
    }

    @Override
    public String setting() {
        return setting;
    }

    @Override
    public int wanted(Figures now) {
        beats.addLast(now);
        if (beats.size() > 2 * BEAT) beats.removeFirst();
        double inHand = beats.stream().limit(BEAT).mapToDouble(Figures::inHand).average().orElse(0);
        var at = START.plusSeconds(now.second());
        history = rule.remember(history, sample.apply(new Told(at, now, inHand)));
        var decision = rule.decide(history, now.present(), at);
        history = rule.remember(history, decision, at);
        return decision.count();
    }
}
