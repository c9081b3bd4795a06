package safelight.fleet;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import safelight.base.InstanceId;

/// One running process of a role: its lease. `address` is where it serves, `agent` where it answers
/// the load balancer's agent check, both empty if nowhere (a worker's address is the name of the
/// process that keeps it); `seen` is its last heartbeat, with `load` and `draining` as they were
/// then.
public record Instance(
        InstanceId id,
        Role role,
        String dataCenter,
        String address,
        String agent,
        String version,
        Abilities abilities,
        Instant started,
        Instant seen,
        Load load,
        boolean draining) {
    /// The same instance with a newer heartbeat.
    public Instance after(Beat beat) {
        return new Instance(
                id,
                role,
                dataCenter,
                address,
                agent,
                version,
                abilities,
                started,
                beat.at(),
                beat.load(),
                beat.draining());
    }

    /// What a process does.
    public enum Role {
        WEB,
        WORKER,
        BROKER,
        DNS,
        AUTOSCALER
    }

    /// The picture formats that a worker reads and writes, by their ids; none for other roles. A
    /// format whose animations it reads or writes whole is there once more, after {@link #FRAMES}.
    public record Abilities(SortedSet<String> decodes, SortedSet<String> encodes) {
        /// What stands before the id of a format that may be animated.
        public static final String FRAMES = "frames:";

        /// Of an instance that does no photo work.
        public static final Abilities NONE = new Abilities(new TreeSet<>(), new TreeSet<>());

        /// Copies both.
        public Abilities {
            decodes = Collections.unmodifiableSortedSet(new TreeSet<>(decodes));
            encodes = Collections.unmodifiableSortedSet(new TreeSet<>(encodes));
        }
    }
}
