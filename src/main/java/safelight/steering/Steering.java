package safelight.steering;

import java.util.List;
import java.util.stream.IntStream;

/// Which data center the clients of a name are sent to: a network's own order, then the nearest,
/// then weights, then fallbacks, all among those that are healthy and not drained.
public final class Steering {
    private Steering() {}

    /// What `preference` comes to under `policy` while `now` holds.
    public static Choice choice(NamePolicy policy, Preference preference, Availability now) {
        var live = now.live();
        if (live.isEmpty()) {
            if (policy.isFailClosed()) return Choice.nobody();
            live = now.open();
        }
        var wanted = wanted(policy, preference, live);
        return wanted.equals(Choice.nobody()) ? takeover(policy, live) : wanted;
    }

    private static Choice wanted(NamePolicy policy, Preference preference, List<Integer> live) {
        if (preference.isExplicit()) return first(preference.order(), live);
        return switch (policy.mode()) {
            case NEAREST -> Choice.split(preference.nearest(), policy.weights(), live);
            case WEIGHTS -> Choice.split(weighted(policy), policy.weights(), live);
            case ORDER -> first(policy.fallbacks(), live);
        };
    }

    /// Those that have a weight; the others get something only when none of these is left.
    private static List<Integer> weighted(NamePolicy policy) {
        return IntStream.range(0, policy.weights().size())
                .filter(i -> policy.weights().get(i) > 0)
                .boxed()
                .toList();
    }

    private static Choice takeover(NamePolicy policy, List<Integer> live) {
        var next = first(policy.fallbacks(), live);
        return next.equals(Choice.nobody()) ? Choice.split(live, policy.weights(), live) : next;
    }

    private static Choice first(List<Integer> order, List<Integer> live) {
        return order.stream()
                .filter(live::contains)
                .findFirst()
                .map(Choice::only)
                .orElse(Choice.nobody());
    }
}
