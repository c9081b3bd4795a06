package safelight.drill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// Which data center is cut off how, and for how long: a pure function of the seed. Kinds come in
/// rounds, each once in a round, in a shuffled order. When a cut begins is not in the plan, since
/// it waits for the one before to be over in every respect.
public final class CutPlan {
    private static final Duration CALM_LEAST = Duration.ofSeconds(15);
    private static final Duration CALM_MOST = Duration.ofSeconds(25);
    // Longer than it takes clients to move, and than jobs wait to be taken over.
    private static final Duration LASTING_LEAST = Duration.ofSeconds(70);
    private static final Duration LASTING_MOST = Duration.ofSeconds(95);

    private CutPlan() {}

    /// One cut: after so much calm, the data center of this number, for so long.
    public record Planned(Duration calm, Cut cut, int victim, Duration lasting) {}

    /// The first `count` cuts of these kinds among `dataCenters`.
    public static List<Planned> of(long seed, Set<Cut> kinds, int dataCenters, int count) {
        var sorted = kinds.stream().sorted().toList();
        var random = new SplittableRandom(seed);
        var all = new ArrayList<Planned>();
        var round = new ArrayList<Cut>();
        while (all.size() < count) {
            if (round.isEmpty()) round.addAll(shuffled(sorted, random));
            all.add(
                    new Planned(
                            between(random, CALM_LEAST, CALM_MOST),
                            round.removeLast(),
                            random.nextInt(dataCenters),
                            between(random, LASTING_LEAST, LASTING_MOST)));
        }
        return List.copyOf(all);
    }

    private static List<Cut> shuffled(List<Cut> kinds, SplittableRandom random) {
        var all = new ArrayList<>(kinds);
        for (int i = all.size() - 1; i > 0; i--) Collections.swap(all, i, random.nextInt(i + 1));
        return all;
    }

    private static Duration between(SplittableRandom random, Duration least, Duration most) {
        return Duration.ofMillis(random.nextLong(least.toMillis(), most.toMillis() + 1));
    }
}
