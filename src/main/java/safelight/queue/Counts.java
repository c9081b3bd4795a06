package safelight.queue;

import java.time.Duration;

/// How many tickets are ready to be taken, in a worker's hands, waiting for their retry, and dead;
/// and how long the oldest ready one has waited (zero if there is none).
public record Counts(long ready, long delivering, long scheduled, long dead, Duration oldest) {
    /// Tickets that are still to be done, dead ones apart.
    public long alive() {
        return ready + delivering + scheduled;
    }
}
