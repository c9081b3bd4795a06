package safelight.catalog.cassandra;

import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.JobId;
import safelight.catalog.Job;
import safelight.cql.Statements;

/// A second look, at all copies, at rows of jobs that other data centers work on and that somebody
/// here asked for. Never on the way of a request: who asks again sees what it found.
///
/// What a data center has changed is copied to the others, and kept for them while they are away.
/// There are two gaps. A node may die before it has noted what others missed. And in Cassandra 5.0
/// a condition whose answer came too late is completed by the next one on that row, which tells its
/// own data center alone (`PaxosCommitAndPrepare`). If that was the job's last change, the others
/// would say for ever that it runs. A read of all copies mends those that differ. Thread-safe.
final class SecondLook {
    private static final Logger LOG = LoggerFactory.getLogger(SecondLook.class);
    private static final Duration UNCHANGED_LEAST = Duration.ofSeconds(20);
    private static final int SUSPECTS_MAX = 1_000;
    private static final Duration TIME_MOST = Duration.ofSeconds(2);

    private final String dataCenter;
    private final Clock clock;
    private final Set<JobId> suspects = ConcurrentHashMap.newKeySet();

    /// For this data center; `clock` says how long nothing has changed.
    SecondLook(String dataCenter, Clock clock) {
        this.dataCenter = dataCenter;
        this.clock = clock;
    }

    /// The same; noted for a second look if it is open, another data center's, and long unchanged.
    JobTable.Found noting(JobTable.Found found) {
        var job = found.job();
        if (!job.status().state().isFinal()
                && !job.order().dataCenter().equals(dataCenter)
                && found.changed().isBefore(clock.instant().minus(UNCHANGED_LEAST))
                && suspects.size() < SUSPECTS_MAX) suspects.add(job.id());
        return found;
    }

    /// Looks at what was noted, for a few seconds at most: the rest has its turn later. When a copy
    /// cannot be reached all are forgotten: they are noted again when they are asked for.
    void look(Statements statements) {
        long began = System.nanoTime();
        for (var id : Set.copyOf(suspects)) {
            if (System.nanoTime() - began > TIME_MOST.toNanos()) return;
            suspects.remove(id);
            var before = version(statements, id);
            if (!JobTable.compare(statements, id)) {
                suspects.clear();
                return;
            }
            if (before != version(statements, id))
                LOG.atInfo().addKeyValue("job", id).log("job had changed elsewhere");
        }
    }

    private static long version(Statements statements, JobId id) {
        return JobTable.find(statements, id).map(Job::version).orElse(-1L);
    }
}
