package safelight.scaling;

import java.time.Instant;

/// What was seen of a data center's web servers at one moment: requests in hand and cores used,
/// both of all servers together; the `places` of one of them; how many were `present`, starting
/// ones included. Not `complete` if a server that should have told its load did not.
public record Sample(
        Instant at, double busy, double cpuCores, int places, int present, boolean complete)
        implements History.Seen {
    /// Refuses what cannot be seen.
    public Sample {
        if (!(busy >= 0) || !(cpuCores >= 0) || places < 0 || present < 0)
            throw new IllegalArgumentException(
                    "no sample: %s busy of %d, %s cores, %d present"
                            .formatted(busy, places, cpuCores, present));
    }
}
