package safelight.queue;

import safelight.base.AccountId;
import safelight.base.JobId;

/// A hint that a job's row is worth reading again; `progress` runs from 0 to 1 and is not stored.
public record JobChanged(AccountId account, JobId job, Kind kind, double progress) {
    /// Why: `CANCELLED` also tells the worker that runs it to stop.
    public enum Kind {
        STATE,
        PROGRESS,
        CANCELLED
    }
}
