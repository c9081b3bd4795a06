package safelight.autoscaler;

import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Failure;
import safelight.base.InstanceId;
import safelight.fleet.Desired;
import safelight.fleet.Fleet;
import safelight.fleet.Instance;
import safelight.fleet.Lease;
import safelight.observe.Meters;
import safelight.platform.Member;
import safelight.platform.Platform;

/// Looks at the fleet every second, asks the {@link Policy}, and starts and stops instances. Of
/// several in a data center the one with the lowest id acts; the others watch, so that they know
/// the past when they take over. Its state is confined to its thread, but for the two numbers that
/// meters show.
public final class Controller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Controller.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration CLOSE_MOST = Duration.ofSeconds(10);

    private final Parts parts;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private final Set<String> ours = new HashSet<>();
    private History history = History.NONE;
    private Optional<Desired> told = Optional.empty();
    private volatile int decided;
    private volatile int seen;

    /// What it needs. `id` is that of its own lease, which somebody else keeps; `workers` is how
    /// many workers there are, for now a fixed number.
    public record Parts(
            InstanceId id,
            String dataCenter,
            Fleet fleet,
            Platform platform,
            Policy policy,
            int workers,
            Meters meters,
            Clock clock) {}

    /// Looks and acts from now on.
    public Controller(Parts parts) {
        this.parts = parts;
        parts.meters.gauge("safelight_autoscaler_desired_instances", () -> decided, "role", "web");
        parts.meters.gauge("safelight_autoscaler_present_instances", () -> seen, "role", "web");
        this.thread = Thread.ofVirtual().name("autoscaler").start(this::run);
    }

    /// Decides no more; instances go on.
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(CLOSE_MOST);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            do look();
            while (!closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            var now = parts.clock.instant();
            var here =
                    parts.fleet.instances(now.minus(Lease.GONE_AFTER)).stream()
                            .filter(i -> i.dataCenter().equals(parts.dataCenter))
                            .toList();
            var members = parts.platform.members();
            act(
                    new Sight(now, living(here, members), members, parts.policy.scaling().fresh()),
                    isFirst(here));
        } catch (Failure e) {
            // Who cannot see changes nothing.
            parts.meters.count(
                    "safelight_autoscaler_failures_total", "problem", e.problem().code());
            LOG.atWarn().addKeyValue("problem", e.problem().code()).log("autoscaler waits");
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("autoscaler broke, and goes on");
        }
    }

    /// Without the leases of members that died: those last a while longer, and count for nothing.
    private List<Instance> living(List<Instance> leases, List<Member> members) {
        var served = members.stream().map(Member::address).collect(Collectors.toSet());
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
                .filter(first -> !first.equals(parts.id))
                .isEmpty();
    }

    private void act(Sight sight, boolean first) {
        var present = sight.present();
        history = parts.policy.remember(history, sight.sample());
        var decision = parts.policy.decide(history, present, sight.at());
        history = parts.policy.remember(history, decision, sight.at());
        seen = present;
        if (decision.count() != decided) report(decision, present);
        decided = decision.count();
        if (!first) return;
        tell(new Desired(decision.count(), parts.workers));
        grow(Instance.Role.WEB, decision.count() - present);
        shrink(sight, present - decision.count());
        long workers =
                parts.platform.members().stream()
                        .filter(m -> m.role() == Instance.Role.WORKER && m.isPresent())
                        .count();
        grow(Instance.Role.WORKER, parts.workers - Math.toIntExact(workers));
    }

    private void tell(Desired desired) {
        if (told.equals(Optional.of(desired))) return;
        parts.fleet.desire(parts.dataCenter, desired);
        told = Optional.of(desired);
    }

    private void grow(Instance.Role role, int by) {
        for (int i = 0; i < by; i++) {
            var started = parts.platform.start(role);
            parts.meters.count("safelight_autoscaler_started_total", "role", role.name());
            LOG.atInfo().addKeyValue("member", started.name()).log("instance started");
        }
    }

    private void shrink(Sight sight, int by) {
        var left = sight;
        for (int i = 0; i < by; i++) {
            var going = left.leastMissed();
            if (going.isEmpty()) return;
            stop(going.get());
            left = left.without(going.get());
        }
    }

    private void stop(Member going) {
        parts.platform.stop(going.name());
        parts.meters.count("safelight_autoscaler_stopped_total", "role", going.role().name());
        LOG.atInfo().addKeyValue("member", going.name()).log("instance stopped");
    }

    private void report(Decision decision, int present) {
        parts.meters.count(
                "safelight_autoscaler_decisions_total", "cause", decision.cause().name());
        LOG.atInfo()
                .addKeyValue("desired", decision.count())
                .addKeyValue("present", present)
                .addKeyValue("cause", decision.cause())
                .addKeyValue("why", decision.why())
                .log("web servers wanted");
    }
}
