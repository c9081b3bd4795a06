package safelight.fleet;

import java.time.Instant;
import safelight.base.InstanceId;

/// One running process of a role: its lease. `address` is where it serves, empty if nowhere; `seen`
/// is its last heartbeat.
public record Instance(
        InstanceId id,
        Role role,
        String dataCenter,
        String address,
        String version,
        Instant started,
        Instant seen,
        boolean draining) {
    /// What a process does.
    public enum Role {
        WEB,
        WORKER,
        BROKER,
        DNS,
        AUTOSCALER
    }
}
