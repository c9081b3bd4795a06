package safelight.queue;

import safelight.base.JobId;

/// What the queue carries: which job to do, how urgent it is, and the request that asked for it
/// (for the logs). The job itself is in its row.
public record Ticket(JobId job, Lane lane, String request) {
    /// Which traffic goes first: interactive before normal before bulk.
    public enum Lane {
        INTERACTIVE,
        NORMAL,
        BULK
    }
}
