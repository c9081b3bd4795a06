package safelight.fleet;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import safelight.base.InstanceId;

/// Which instances there are, and how many there should be. Thread-safe; every method throws {@link
/// FleetUnavailable} if storage does not answer.
public interface Fleet {
    /// Adds an instance, or replaces it: it can serve now.
    void announce(Instance instance);

    /// Renews the lease; its time never moves back. False if there is none, so that the instance
    /// announces itself again.
    boolean beat(InstanceId id, Beat beat);

    /// Removes the lease, before the instance stops. Removing what is not there is no fault.
    void withdraw(InstanceId id);

    /// All leases seen at or after `since`, ordered by role and id.
    List<Instance> instances(Instant since);

    /// How many instances the data center should have, if somebody has decided that.
    Optional<Desired> desired(String dataCenter);

    /// Decides how many instances the data center should have.
    void desire(String dataCenter, Desired desired);

    /// Forgets leases last seen before `before`. Returns how many.
    int forget(Instant before);
}
