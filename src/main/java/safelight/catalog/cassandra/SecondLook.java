package safelight.catalog.cassandra;

import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.JobId;
import safelight.cql.Statements;

/// A second look, at all copies, at rows of jobs that other data centers work on and that somebody
/// here asked for. Never on the way of a request: who asks again sees what it found.
///
/// What a data center has changed is copied to the others, and kept for them while they are away.
/// There are two gaps. A node may die before it has noted what others missed. And in Cassandra 5.0
/// a condition whose answer came too late is completed by the next one on that row, which tells its
/// own data center alone (`PaxosCommitAndPrepare`). If that was the job's last change, the others
/// would say for ever that it runs. A read of a majority of all copies mends those that differ.
/// Thread-safe.
final class SecondLook {
    private static final Logger LOG = LoggerFactory.getLogger(SecondLook.class);
    private static final Duration UNCHANGED_LEAST = Duration.ofSeconds(20);
    private static final int SUSPECTS_MAX = 1_000;

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

    /// Looks at what was noted. Ends at the first that cannot be had, and forgets the rest: they
    /// are noted again when they are asked for.
    void look(Statements statements) {
        for (var id : Set.copyOf(suspects)) {
            suspects.remove(id);
            var here = JobTable.find(statements, id);
            var anywhere = JobTable.findAnywhere(statements, id);
            if (anywhere.isEmpty()) {
                suspects.clear();
                return;
            }
            if (!here.equals(anywhere))
                LOG.atInfo().addKeyValue("job", id).log("changes had not arrived");
        }
    }
}
