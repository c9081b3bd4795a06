package safelight.autoscaler;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import safelight.base.InstanceId;
import safelight.fleet.Beat;
import safelight.fleet.Desired;
import safelight.fleet.Fleet;
import safelight.fleet.FleetUnavailable;
import safelight.fleet.Instance;

/// Leases in memory, which may be away.
final class TestFleet implements Fleet {
    final List<Desired> desires = new ArrayList<>();
    boolean away;
    private final Map<String, Instance> leases = new TreeMap<>();

    @Override
    public void announce(Instance instance) {
        leases.put(instance.id().value(), instance);
    }

    @Override
    public boolean beat(InstanceId id, Beat beat) {
        return leases.computeIfPresent(id.value(), (_, i) -> i.after(beat)) != null;
    }

    @Override
    public void withdraw(InstanceId id) {
        leases.remove(id.value());
    }

    @Override
    public List<Instance> instances(Instant since) {
        if (away) throw new FleetUnavailable("answer", new IOException("away"));
        return leases.values().stream()
                .filter(i -> !i.seen().isBefore(since))
                .sorted(Comparator.comparing(Instance::role))
                .toList();
    }

    @Override
    public Optional<Desired> desired(String dataCenter) {
        return desires.isEmpty() ? Optional.empty() : Optional.of(desires.getLast());
    }

    @Override
    public void desire(String dataCenter, Desired desired) {
        desires.add(desired);
    }

    @Override
    public int forget(Instant before) {
        return 0;
    }
}
