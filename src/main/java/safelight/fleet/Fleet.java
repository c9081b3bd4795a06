package safelight.fleet;

import java.time.Instant;
import java.util.List;
import safelight.base.InstanceId;

/// Which instances there are. Thread-safe; every method throws {@link FleetUnavailable} if storage
/// does not answer.
public interface Fleet {
    /// Adds an instance, or replaces it: it can serve now.
    void announce(Instance instance);

    /// Renews the lease. False if there is none, so that the instance announces itself again.
    boolean beat(InstanceId id, Instant now);

    /// Removes the lease, before the instance stops. Removing what is not there is no fault.
    void withdraw(InstanceId id);

    /// All leases seen at or after `since`, ordered by role and id.
    List<Instance> instances(Instant since);

    /// Forgets leases last seen before `before`. Returns how many.
    int forget(Instant before);
}
