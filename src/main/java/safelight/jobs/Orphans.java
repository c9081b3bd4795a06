package safelight.jobs;

import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.catalog.JobRows;

/// Frees the jobs of workers that are gone, so that the next worker may take them. Thread-safe;
/// doing it twice is no fault.
public final class Orphans {
    private static final Logger LOG = LoggerFactory.getLogger(Orphans.class);

    private final JobRows rows;
    private final Attempts attempts;
    private final Clock clock;

    /// Wires it.
    public Orphans(JobRows rows, JobSettings settings, Clock clock) {
        this.rows = rows;
        this.attempts = new Attempts(settings);
        this.clock = clock;
    }

    /// This worker is gone. `guilty`: it went down by itself, so each of its jobs may have been the
    /// reason; otherwise it was stopped from outside. Returns how many jobs it had in hand.
    public int adopt(String worker, boolean guilty) {
        var jobs = rows.runningOn(worker);
        int adopted = 0;
        for (var job : jobs) {
            var freed =
                    rows.advance(
                            job.with(attempts.abandoned(job.status(), guilty, clock.instant())));
            if (freed.isEmpty()) continue;
            adopted++;
            LOG.atWarn()
                    .addKeyValue("job", job.id())
                    .addKeyValue("worker", worker)
                    .addKeyValue("crashed", guilty)
                    .log("worker went down with a job in hand");
        }
        return adopted;
    }
}
