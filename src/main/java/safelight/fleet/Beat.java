package safelight.fleet;

import java.time.Instant;

/// One heartbeat: what an instance says of itself every two seconds.
public record Beat(Instant at, Load load, boolean draining) {}
