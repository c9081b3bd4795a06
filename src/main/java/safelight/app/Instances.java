package safelight.app;

import java.time.Clock;
import java.util.Locale;
import java.util.random.RandomGenerator;
import safelight.base.InstanceId;
import safelight.base.Ulids;
import safelight.fleet.Instance;

/// Names for new instances.
final class Instances {
    private Instances() {}

    /// A name that no other instance has, such as `web-01k3...`.
    static InstanceId next(Instance.Role role, Clock clock, RandomGenerator random) {
        var ulid = new Ulids(clock, random).next();
        return new InstanceId(role.name().toLowerCase(Locale.ROOT) + "-" + ulid);
    }
}
