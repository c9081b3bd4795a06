package safelight.jobs;

import java.time.Duration;
import safelight.base.Backoff;
import safelight.catalog.Burden;
import safelight.catalog.Job;

/// Limits and pacing of jobs. `timeMost`: how long one operation may take before it is stopped;
/// `graceful`: how long it then has before its process is; `strikesMost`: after so many failures of
/// its own a job is dead; `attemptsMost`: after so many starts that went down with their worker,
/// nobody knows why; `hinderedMost`: for so long a job waits for what it needs, and what fails;
/// `batchMost`: photos of one batch; `open`: how much work may be open; `between`: the wait before
/// a failed job is tried again.
public record JobSettings(
        Duration timeMost,
        Duration graceful,
        int strikesMost,
        int attemptsMost,
        Duration hinderedMost,
        int batchMost,
        OpenMost open,
        Backoff between) {
    /// How much work may be open: of an account apart from batches, of an account in batches, and
    /// of all accounts together.
    public record OpenMost(Burden alone, Burden inBatches, Burden everywhere) {
        /// Limits on the number of an account's jobs only.
        public static OpenMost ofJobs(long alone, long inBatches) {
            return new OpenMost(
                    Burden.ofJobs(alone), Burden.ofJobs(inBatches), Burden.ofJobs(Long.MAX_VALUE));
        }
    }

    /// The defaults.
    public static final JobSettings DEFAULT =
            new JobSettings(
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(5),
                    3,
                    20,
                    Duration.ofDays(1),
                    10_000,
                    OpenMost.ofJobs(1000, 20_000),
                    new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1)));

    /// Refuses limits below one and times that are not positive.
    public JobSettings {
        if (timeMost.isNegative() || timeMost.isZero() || graceful.isNegative())
            throw new IllegalArgumentException("no time limit of " + timeMost);
        if (hinderedMost.isNegative())
            throw new IllegalArgumentException("no patience of " + hinderedMost);
        if (strikesMost < 1
                || attemptsMost < 1
                || attemptsMost > Job.Status.HISTORY_MAX
                || open.alone.jobs() < 1)
            throw new IllegalArgumentException(
                    "no job limits of %d, %d, %s".formatted(strikesMost, attemptsMost, open));
        if (batchMost < 1 || open.inBatches.jobs() < batchMost)
            throw new IllegalArgumentException(
                    "no batches of %d among %s open jobs".formatted(batchMost, open.inBatches));
    }
}
