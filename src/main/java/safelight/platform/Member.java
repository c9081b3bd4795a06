package safelight.platform;

import java.time.Instant;
import safelight.fleet.Instance;

/// An instance as the one who started it sees it. `address` is where it serves, as in its lease:
/// empty until it does, and for roles whose lease has none. `started` is when its present life
/// began.
public record Member(
        String name, Instance.Role role, Phase phase, String address, Instant started) {
    /// How far it has come.
    public enum Phase {
        STARTING,
        SERVING,
        STOPPING
    }

    /// Whether it serves or is about to.
    public boolean isPresent() {
        return phase != Phase.STOPPING;
    }
}
