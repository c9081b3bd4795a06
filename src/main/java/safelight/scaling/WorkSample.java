package safelight.scaling;

import java.time.Instant;

/// What was seen of a data center's workers and their line at one moment: jobs in hand, and cores
/// that jobs use, both of all workers together; the `slots` of one of them.
public record WorkSample(
        Instant at,
        Line line,
        double inHand,
        double cpuCores,
        int slots,
        int present,
        boolean complete)
        implements History.Seen {
    /// Refuses what cannot be seen.
    public WorkSample {
        if (!(inHand >= 0) || !(cpuCores >= 0) || slots < 0 || present < 0)
            throw new IllegalArgumentException(
                    "no sample: %s jobs in hand of %d, %s cores, %d present"
                            .formatted(inHand, slots, cpuCores, present));
    }
}
