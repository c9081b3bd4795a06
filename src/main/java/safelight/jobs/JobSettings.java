package safelight.jobs;

import java.time.Duration;
import safelight.base.Backoff;

/// Limits and pacing of jobs. `timeMost`: how long one operation may take before it is stopped;
/// `graceful`: how long it then has before its process is; `strikesMost`: after so many failures of
/// its own a job is dead; `attemptsMost`: after so many starts for whatever reason; `openMost`:
/// open jobs an account may have, apart from batches; `batchMost`: photos of one batch;
/// `batchOpenMost`: open jobs an account may have in batches; `between`: the wait before a failed
/// job is tried again.
public record JobSettings(
        Duration timeMost,
        Duration graceful,
        int strikesMost,
        int attemptsMost,
        long openMost,
        int batchMost,
        long batchOpenMost,
        Backoff between) {
    /// The defaults.
    public static final JobSettings DEFAULT =
            new JobSettings(
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(5),
                    3,
                    20,
                    1000,
                    10_000,
                    20_000,
                    new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1)));

    /// Refuses limits below one and times that are not positive.
    public JobSettings {
        if (timeMost.isNegative() || timeMost.isZero() || graceful.isNegative())
            throw new IllegalArgumentException("no time limit of " + timeMost);
        if (strikesMost < 1 || attemptsMost < strikesMost || openMost < 1)
            throw new IllegalArgumentException(
                    "no job limits of %d, %d, %d".formatted(strikesMost, attemptsMost, openMost));
        if (batchMost < 1 || batchOpenMost < batchMost)
            throw new IllegalArgumentException(
                    "no batches of %d among %d open jobs".formatted(batchMost, batchOpenMost));
    }
}
