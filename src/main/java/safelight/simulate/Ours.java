package safelight.simulate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import safelight.scaling.History;
import safelight.scaling.Line;
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

    private final Plant plant;
    private final Rule<S> rule;
    private final Function<Told, S> sample;
    private final Deque<Figures> beats = new ArrayDeque<>();
    private History<S> history = History.none();

    /// The figures of now, and what the instances said last.
    private record Told(Instant at, Figures now, double inHand) {}

    private Ours(Plant plant, Rule<S> rule, Function<Told, S> sample) {
        this.plant = plant;
        this.rule = rule;
        this.sample = sample;
    }

    static Scaler of(Plant plant) {
        return plant.role() == Plant.Role.WEB ? web(plant) : workers(plant);
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
                plant,
                new Policy(scaling),
                told ->
                        new Sample(
                                told.at, told.inHand, 0, plant.slots(), told.now.present(), true));
    }

    /// A busy slot uses a core.
    private static Scaler workers(Plant plant) {
        var usual = WorkerScaling.between(plant.least(), plant.most(), plant.slots());
        var target = Duration.ofMillis(Math.round(plant.lateSeconds() * 1000));
        var scaling =
                new WorkerScaling(
                        plant.slots(), plant.busyShare(), target, usual.stable(), usual.pace());
        return new Ours<>(plant, new WorkerPolicy(scaling), told -> work(plant, told));
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
        return Hpa.percent(plant.busyShare());
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
