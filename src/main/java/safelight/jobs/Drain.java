package safelight.jobs;

import java.time.Duration;
import safelight.catalog.Burden;

/// How fast jobs are done: an average in which the past fades (EWMA), of what workers say they have
/// finished. Thread-safe.
final class Drain {
    /// If nothing is known.
    static final Duration UNKNOWN = Duration.ofSeconds(5);

    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofMinutes(5);
    private static final double WEIGHT = 0.2;
    private static final double NANOS = 1e9;

    private long before = -1;
    private long beforeNanos;
    private double jobsPerSecond;

    /// So many jobs are finished at this time. A number that falls says that a worker went.
    synchronized void met(long finished, long nowNanos) {
        double seconds = (nowNanos - beforeNanos) / NANOS;
        if (before >= 0 && finished >= before && seconds > 0) {
            double rate = (finished - before) / seconds;
            jobsPerSecond += WEIGHT * (rate - jobsPerSecond);
        }
        before = finished;
        beforeNanos = nowNanos;
    }

    /// The time until this much is done, if jobs are like those that wait.
    synchronized Duration waitFor(Burden work, Burden waiting) {
        if (jobsPerSecond <= 0) return UNKNOWN;
        double jobs = work.jobs();
        if (waiting.cost() > 0) jobs = Math.max(jobs, share(work.cost(), waiting.cost(), waiting));
        if (waiting.bytes() > 0)
            jobs = Math.max(jobs, share(work.bytes(), waiting.bytes(), waiting));
        var wait =
                Duration.ofSeconds(
                        Math.round(Math.min((double) MOST.toSeconds(), jobs / jobsPerSecond)));
        return wait.compareTo(LEAST) < 0 ? LEAST : wait;
    }

    private static double share(long part, long whole, Burden waiting) {
        return (double) part / whole * waiting.jobs();
    }
}
