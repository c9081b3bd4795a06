package safelight.app;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import safelight.fleet.Fleet;
import safelight.fleet.Instance;
import safelight.fleet.Lease;

/// What an export or import needs of the rest of the service: that nobody serves it meanwhile.
final class Standstill {
    private static final Set<Instance.Role> SERVING =
            Set.of(Instance.Role.WEB, Instance.Role.WORKER);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private Standstill() {}

    /// Keeps a server from starting on the data folder, if anything is kept there, or refuses as
    /// {@link #demand} does. Before storage is opened.
    static void hold(Config config, Running running, String otherwise) throws IOException {
        if (!config.engines().keepsDataHere()) return;
        try {
            running.add(DataLock.on(config.data()));
        } catch (CannotStart e) {
            throw new CannotStart(sentence("on " + config.data(), otherwise), e);
        }
    }

    /// Refuses if an instance is alive; `otherwise` says what else can be done. One that was killed
    /// has left its lease behind: it is told from a living one by its heartbeat, which does not
    /// come.
    static void demand(Fleet fleet, Clock clock, String otherwise) throws InterruptedException {
        var first = living(fleet, clock);
        var deadline = clock.instant().plus(Lease.GONE_AFTER);
        for (var now = first; !now.isEmpty(); now = living(fleet, clock)) {
            if (!first.containsAll(now)) throw new CannotStart(sentence(shown(now), otherwise));
            if (clock.instant().isAfter(deadline)) return;
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private static String sentence(String what, String otherwise) {
        return "Safelight is running: " + what + ". Stop it first." + otherwise;
    }

    private static String shown(List<Instance> living) {
        return living.stream().map(Standstill::shown).collect(Collectors.joining(", "));
    }

    private static List<Instance> living(Fleet fleet, Clock clock) {
        return fleet.instances(clock.instant().minus(Lease.GONE_AFTER)).stream()
                .filter(instance -> SERVING.contains(instance.role()))
                .toList();
    }

    private static String shown(Instance instance) {
        var role = instance.role().name().toLowerCase(java.util.Locale.ROOT);
        return instance.address().isEmpty()
                ? role + " " + instance.id()
                : role + " at " + instance.address();
    }
}
