package safelight.autoscaler;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import safelight.fleet.Fleet;
import safelight.fleet.Instance;
import safelight.fleet.Lease;
import safelight.fleet.Load;
import safelight.platform.Member;
import safelight.scaling.Line;
import safelight.scaling.Sample;
import safelight.scaling.WorkSample;

/// The instances of one role in a data center at one moment: their leases, and what the platform
/// runs. The two know each other by the address.
record Sight(
        Instance.Role role,
        Instant at,
        List<Instance> leases,
        List<Member> members,
        Duration fresh) {
    private static final Duration START_MOST = Duration.ofSeconds(15);

    /// The instances of a data center whose leases are not over.
    static List<Instance> living(Fleet fleet, String dataCenter, Instant now) {
        return fleet.instances(now.minus(Lease.GONE_AFTER)).stream()
                .filter(i -> i.dataCenter().equals(dataCenter))
                .toList();
    }

    /// Keeps the role alone, and of the leases at one address the latest: the others belong to
    /// processes that died there.
    Sight {
        var kind = role;
        leases = latest(leases.stream().filter(i -> i.role() == kind).toList());
        members = members.stream().filter(m -> m.role() == kind).toList();
    }

    private static List<Instance> latest(List<Instance> leases) {
        var kept = new LinkedHashMap<String, Instance>();
        for (var lease : leases)
            kept.merge(
                    lease.address().isEmpty() ? lease.id().value() : lease.address(),
                    lease,
                    (a, b) -> b.started().isBefore(a.started()) ? a : b);
        return List.copyOf(kept.values());
    }

    /// What the policy of web servers is told.
    Sample sample() {
        return new Sample(
                at,
                leases.stream().mapToDouble(i -> i.load().busy()).sum(),
                leases.stream().mapToDouble(i -> i.load().cpuCores()).sum(),
                places(),
                present(),
                isComplete());
    }

    /// What the policy of workers is told; without a line, that it is missing.
    WorkSample sample(Optional<Line> line) {
        return new WorkSample(
                at,
                line.orElse(Line.EMPTY),
                leases.stream().mapToDouble(i -> i.load().busy()).sum(),
                // What an idle process uses is no work.
                leases.stream()
                        .filter(i -> i.load().busy() > 0)
                        .mapToDouble(i -> i.load().cpuCores())
                        .sum(),
                places(),
                present(),
                isComplete() && line.isPresent());
    }

    /// How many serve or start: the leases that do not drain, and members without a lease yet.
    int present() {
        var leaving = leaving();
        long serving =
                leases.stream()
                        .filter(i -> !i.draining() && !leaving.contains(i.address()))
                        .count();
        var known = leases.stream().map(Instance::address).collect(Collectors.toSet());
        long starting =
                members.stream().filter(m -> m.isPresent() && !known.contains(m.address())).count();
        return Math.toIntExact(serving + starting);
    }

    /// The member to stop: one that does not serve yet, else the least busy one, of equals the
    /// newest.
    Optional<Member> leastMissed() {
        return members.stream()
                .filter(Member::isPresent)
                .min(
                        Comparator.comparing((Member m) -> m.phase() != Member.Phase.STARTING)
                                .thenComparingDouble(this::busy)
                                .thenComparing(Member::started, Comparator.reverseOrder())
                                .thenComparing(Member::name));
    }

    /// The same without a member that was asked to stop just now.
    Sight without(Member stopped) {
        return new Sight(
                role, at, leases, members.stream().filter(m -> !m.equals(stopped)).toList(), fresh);
    }

    /// How many of `wanted` more may start now, so that at most `most` start at once: those that
    /// serve need the cores too. While nobody serves, all may. Who takes longer than {@link
    /// #START_MOST} holds nobody up.
    int startable(int wanted, int most) {
        if (leases.stream().allMatch(Instance::draining)) return Math.max(0, wanted);
        var since = at.minus(START_MOST);
        long starting =
                members.stream()
                        .filter(m -> m.phase() == Member.Phase.STARTING)
                        .filter(m -> m.started().isAfter(since))
                        .count();
        return Math.toIntExact(Math.max(0, Math.min(wanted, most - starting)));
    }

    private int places() {
        return leases.stream().mapToInt(i -> i.load().places()).max().orElse(0);
    }

    /// Every lease has told its load lately, and every member that serves has a lease.
    private boolean isComplete() {
        var known = leases.stream().map(Instance::address).collect(Collectors.toSet());
        return leases.stream().allMatch(this::hasTold)
                && members.stream()
                        .filter(m -> m.phase() == Member.Phase.SERVING)
                        .allMatch(m -> known.contains(m.address()));
    }

    private boolean hasTold(Instance lease) {
        return lease.draining()
                || (!lease.seen().isBefore(at.minus(fresh)) && !lease.load().equals(Load.NONE));
    }

    private double busy(Member member) {
        return leases.stream()
                .filter(i -> i.address().equals(member.address()))
                .mapToDouble(i -> i.load().busy())
                .findFirst()
                .orElse(0);
    }

    private Set<String> leaving() {
        return addresses(members.stream().filter(m -> !m.isPresent()).toList());
    }

    private static Set<String> addresses(Collection<Member> members) {
        return members.stream()
                .map(Member::address)
                .filter(a -> !a.isEmpty())
                .collect(Collectors.toSet());
    }
}
