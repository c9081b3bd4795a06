package safelight.drill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// Which fault strikes when: a pure function of the seed. Kinds come in rounds, each kind once in a
/// round in a shuffled order, so that a minute has seen nearly all of them.
public final class Schedule {
    private static final Duration GAP_LEAST = Duration.ofMillis(1500);
    private static final Duration GAP_MOST = Duration.ofMillis(4500);
    private static final Duration LASTING_LEAST = Duration.ofSeconds(1);
    private static final Duration LASTING_MOST = Duration.ofSeconds(7);
    // Beyond the time after which a call, the broker or a lease gives a silent process up.
    private static final Duration LONG_MOST = Duration.ofSeconds(24);
    private static final Set<Fault> LONG =
            Set.of(Fault.STOP_WORKER, Fault.CUT_WORKER, Fault.CUT_WEB, Fault.FILL_CATALOG);
    private static final int VICTIMS_MAX = 1000;

    private Schedule() {}

    /// One fault: when, which, whom it strikes (the victim's number modulo how many there are), and
    /// how long it lasts.
    public record Planned(Duration at, Fault fault, int victim, Duration lasting) {}

    /// All faults of a drill of this length, in their order, of those that are `possible`. If some
    /// are wanted `often`, each second one is one of those.
    public static List<Planned> of(
            long seed, Duration length, Set<Fault> possible, Set<Fault> often) {
        if (possible.isEmpty()) throw new IllegalArgumentException("no fault is possible");
        var wanted = often.stream().filter(possible::contains).sorted().toList();
        var random = new SplittableRandom(seed);
        var all = new ArrayList<Planned>();
        var round = new ArrayList<Fault>();
        var at = between(random, Duration.ZERO, GAP_LEAST);
        while (at.compareTo(length) < 0) {
            if (round.isEmpty()) round.addAll(shuffled(random, possible));
            boolean isWanted = !wanted.isEmpty() && all.size() % 2 == 0;
            var fault = isWanted ? wanted.get(all.size() / 2 % wanted.size()) : round.removeLast();
            all.add(new Planned(at, fault, random.nextInt(VICTIMS_MAX), lasting(random, fault)));
            at = at.plus(between(random, GAP_LEAST, GAP_MOST));
        }
        return List.copyOf(all);
    }

    private static List<Fault> shuffled(SplittableRandom random, Set<Fault> possible) {
        var all = new ArrayList<>(possible.stream().sorted().toList());
        for (int i = all.size() - 1; i > 0; i--) Collections.swap(all, i, random.nextInt(i + 1));
        return all;
    }

    private static Duration lasting(SplittableRandom random, Fault fault) {
        if (!fault.lasts()) return Duration.ZERO;
        return between(random, LASTING_LEAST, LONG.contains(fault) ? LONG_MOST : LASTING_MOST);
    }

    private static Duration between(SplittableRandom random, Duration least, Duration most) {
        return Duration.ofMillis(random.nextLong(least.toMillis(), most.toMillis() + 1));
    }
}
