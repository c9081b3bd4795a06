package safelight.catalog;

import java.time.Instant;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.BatchId;

/// Many jobs that one request handed in together. `total` is how many, which never changes; `key`
/// is the request's Idempotency-Key, `webhook` the URL that hears when all jobs have ended.
public record Batch(
        BatchId id,
        AccountId account,
        int total,
        Job.Priority priority,
        Optional<Job.Key> key,
        Instant created,
        Optional<String> webhook) {
    /// Of which nobody is told.
    public Batch(
            BatchId id,
            AccountId account,
            int total,
            Job.Priority priority,
            Optional<Job.Key> key,
            Instant created) {
        this(id, account, total, priority, key, created, Optional.empty());
    }

    /// Refuses a batch of nothing.
    public Batch {
        if (total < 1) throw new IllegalArgumentException("no batch of " + total + " jobs");
    }

    /// How many of its jobs are in each state.
    public record Counts(long queued, long running, long succeeded, long failed, long cancelled) {
        /// Jobs that have not ended.
        public long open() {
            return queued + running;
        }
    }
}
