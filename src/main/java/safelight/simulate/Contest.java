package safelight.simulate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Our rule beside HPA's and KEDA's on a trace, at equal waiting times. Each runs as it is set, and
/// then at every setting of a grid; the best of them uses the fewest instance-hours of those that
/// are in time, which is a p99 within `waitSeconds`: the target, or what ours had as it is set,
/// where that was later. So the best setting suits this very trace, which nobody knows before.
public record Contest(Plant plant, double waitSeconds, List<Entry> entries) {
    private static final int SHARES = 20;
    private static final int OURS_LEAST = 10;
    private static final int RIVALS_LEAST = 4;
    private static final int OCTAVE_STEPS = 4;

    /// Parts of the target for which jobs may always wait.
    private static final double[] WAITS = {0.25, 0.5, 0.75, 0.875};

    /// How a scaler went, as it is set (`isSet`) and at its best setting (`isBest`), which may be
    /// the same. If none is in time, the best is the one with the least p99.
    public record Entry(Outcome outcome, boolean isSet, boolean isBest) {}

    /// Copies.
    public Contest {
        entries = List.copyOf(entries);
    }

    /// Runs them all; the same seed gives the same arrivals.
    public static Contest of(Trace trace, Plant plant, long seed) {
        double wait = plant.lateSeconds();
        var entries = new ArrayList<Entry>();
        for (var each : List.of(ours(plant), hpa(plant), keda(plant))) {
            var outcomes =
                    each.parallelStream()
                            .map(scaler -> Simulation.run(trace, plant, scaler, seed))
                            .toList();
            var set = outcomes.getFirst();
            if (entries.isEmpty()) wait = Math.max(wait, set.p99Seconds());
            entries.addAll(entries(set, outcomes, wait));
        }
        return new Contest(plant, wait, entries);
    }

    static List<Entry> entries(Outcome set, List<Outcome> all, double wait) {
        var best =
                all.stream()
                        .filter(o -> o.p99Seconds() <= wait)
                        .min(Comparator.comparingDouble(Outcome::instanceHours))
                        .orElseGet(() -> closest(all));
        boolean isSame = best.setting().equals(set.setting());
        var first = new Entry(set, true, isSame);
        return isSame ? List.of(first) : List.of(first, new Entry(best, false, true));
    }

    private static Outcome closest(List<Outcome> all) {
        return all.stream()
                .min(
                        Comparator.comparingDouble(Outcome::p99Seconds)
                                .thenComparingDouble(Outcome::late)
                                .thenComparingDouble(Outcome::instanceHours))
                .orElseThrow();
    }

    /// Ours as it is set, which the others are measured by.
    public Outcome ours() {
        return entries.getFirst().outcome;
    }

    /// Whether p99 is within `waitSeconds`.
    public boolean isInTime(Outcome outcome) {
        return outcome.p99Seconds() <= waitSeconds;
    }

    /// Ours as it is set, and the others at their best.
    public List<Outcome> pictures() {
        return entries.stream()
                .filter(e -> isOurs(e) ? e.isSet : e.isBest)
                .map(Entry::outcome)
                .toList();
    }

    /// Who at his best uses fewer instance-hours than ours at its best, and is in time.
    public List<String> cheaper() {
        var best = entries.stream().filter(Entry::isBest).toList();
        Optional<Double> ours =
                best.stream().filter(this::isOurs).map(e -> e.outcome.instanceHours()).findFirst();
        return best.stream()
                .filter(e -> !isOurs(e) && isInTime(e.outcome))
                .filter(e -> ours.filter(hours -> hours <= e.outcome.instanceHours()).isEmpty())
                .map(e -> e.outcome.scaler())
                .toList();
    }

    private boolean isOurs(Entry entry) {
        return entry.outcome.scaler().equals(ours().scaler());
    }

    /// A rule at every setting that is tried; the one that it has comes first.
    private static List<Scaler> all(DoubleFunction<Scaler> with, double set, DoubleStream grid) {
        return DoubleStream.concat(DoubleStream.of(set), grid).mapToObj(with).toList();
    }

    /// Ours remembers more, and so takes the longest: fewer steps.
    private static List<Scaler> ours(Plant plant) {
        var prompt =
                all(share -> Ours.of(plant.filledBy(share)), plant.busyShare(), shares(OURS_LEAST));
        if (plant.role() == Plant.Role.WEB) return prompt;
        var patient = DoubleStream.of(WAITS).mapToObj(part -> Ours.patient(plant, part));
        return Stream.concat(prompt.stream(), patient).toList();
    }

    private static List<Scaler> hpa(Plant plant) {
        return all(share -> new Hpa(plant, share), plant.busyShare(), shares(RIVALS_LEAST));
    }

    /// A web server's requests in hand, as parts of its places. A worker's jobs: from half of its
    /// slots to twice what it does within the target, which is what it is set to.
    private static List<Scaler> keda(Plant plant) {
        if (plant.role() == Plant.Role.WEB)
            return all(
                    share -> new Keda(plant, plant.slots() * share),
                    plant.busyShare(),
                    shares(RIVALS_LEAST));
        double within = Math.max(1, plant.perSecond() * plant.lateSeconds());
        double least = plant.slots() / 2.0;
        double octaves = Math.log(2 * within / least) / Math.log(2);
        var grid =
                IntStream.rangeClosed(0, Math.max(1, (int) Math.ceil(octaves * OCTAVE_STEPS)))
                        .mapToDouble(i -> least * Math.pow(2, (double) i / OCTAVE_STEPS));
        return all(jobs -> new Keda(plant, jobs), within, grid);
    }

    /// Parts of the slots from `least` twentieths to all of them.
    private static DoubleStream shares(int least) {
        return IntStream.rangeClosed(least, SHARES).mapToDouble(i -> (double) i / SHARES);
    }
}
