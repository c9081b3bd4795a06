package safelight.autoscaler;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import safelight.base.InstanceId;
import safelight.fleet.Desired;
import safelight.fleet.Instance;
import safelight.platform.Member;
import safelight.scaling.Sample;
import safelight.scaling.WorkSample;

/// One look at the fleet after the other, and what is done about it. Of several autoscalers in a
/// data center the one with the lowest id acts; the others decide too, so that they know the past
/// when they take over.
final class Round {
    private final Controller.Parts parts;
    private final Crew<Sample> web;
    private final Crew<WorkSample> workers;
    private final Hands hands;
    private final Set<String> ours = new HashSet<>();
    private Optional<Desired> told = Optional.empty();

    Round(Controller.Parts parts) {
        this.parts = parts;
        this.web = new Crew<>(Instance.Role.WEB, parts.policy(), parts.meters());
        this.workers = new Crew<>(Instance.Role.WORKER, parts.workers(), parts.meters());
        this.hands = new Hands(parts.platform(), parts.meters(), parts.startingMost());
        parts.meters().gauge("safelight_workers_desired", workers::recommended);
    }

    /// Looks, decides and acts once.
    void look() {
        var now = parts.clock().instant();
        var here = Sight.living(parts.fleet(), parts.dataCenter(), now);
        var members = parts.platform().members();
        var living = living(here, members);
        var servers = sight(Instance.Role.WEB, now, living, members);
        var crew = sight(Instance.Role.WORKER, now, living, members);
        int wanted = web.decide(servers.sample(), now).count();
        int needed = workers.decide(crew.sample(parts.line().get()), now).count();
        if (!isFirst(here)) {
            // Whoever acts may write something else meanwhile.
            told = Optional.empty();
            return;
        }
        tell(new Desired(wanted, needed));
        hands.reach(wanted, servers);
        hands.reach(needed, crew);
    }

    /// Nothing can be seen now.
    void lose() {
        workers.lose();
    }

    private Sight sight(
            Instance.Role role, Instant now, List<Instance> leases, List<Member> members) {
        return new Sight(role, now, leases, members, parts.policy().pace().fresh());
    }

    /// Without the leases of members that died: those last a while longer, and count for nothing.
    private List<Instance> living(List<Instance> leases, List<Member> members) {
        var served = members.stream().map(Member::address).collect(Collectors.toSet());
        served.remove("");
        ours.addAll(served);
        ours.retainAll(leases.stream().map(Instance::address).collect(Collectors.toSet()));
        return leases.stream()
                .filter(i -> served.contains(i.address()) || !ours.contains(i.address()))
                .toList();
    }

    private boolean isFirst(List<Instance> here) {
        return here.stream()
                .filter(i -> i.role() == Instance.Role.AUTOSCALER)
                .map(Instance::id)
                .min(Comparator.comparing(InstanceId::value))
                .filter(first -> !first.equals(parts.id()))
                .isEmpty();
    }

    private void tell(Desired desired) {
        if (told.equals(Optional.of(desired))) return;
        parts.fleet().desire(parts.dataCenter(), desired);
        told = Optional.of(desired);
    }
}
