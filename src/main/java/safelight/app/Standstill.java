package safelight.app;

import java.io.IOException;
import java.time.Clock;
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

    private Standstill() {}

    /// Keeps a server from starting on the data folder, if anything is kept there. Before storage
    /// is opened.
    static void hold(Config config, Running running) throws IOException {
        if (config.engines().keepsDataHere()) running.add(DataLock.on(config.data()));
    }

    /// Refuses if an instance is alive; `otherwise` says what else can be done.
    static void demand(Fleet fleet, Clock clock, String otherwise) {
        var living = living(fleet, clock);
        if (living.isEmpty()) return;
        throw new CannotStart(
                "Safelight is running: "
                        + living.stream().map(Standstill::shown).collect(Collectors.joining(", "))
                        + ". Stop it first; one that was killed counts as running for %d s."
                                .formatted(Lease.GONE_AFTER.toSeconds())
                        + otherwise);
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
