package safelight.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import safelight.base.JobId;
import safelight.catalog.Job;

/// What this server has accepted and not yet published. It is left to the one that accepted it for
/// a while; after that every server takes it for left behind, this one too. For one thread.
final class Arrivals {
    /// So long a row in the outbox is left to the server that accepted it.
    static final Duration OTHERS_AFTER = Duration.ofSeconds(2);

    private final Map<JobId, Arrival> all = new LinkedHashMap<>();

    private record Arrival(Job job, Instant at) {}

    /// Takes in what came, and forgets what others may have by now.
    void take(BlockingQueue<Job> come, Instant now) {
        var settled = now.minus(OTHERS_AFTER);
        all.values().removeIf(arrival -> arrival.at.isBefore(settled));
        var fresh = new ArrayList<Job>();
        come.drainTo(fresh);
        for (var job : fresh) all.put(job.id(), new Arrival(job, now));
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    boolean areUrgent() {
        return all.values().stream()
                .anyMatch(a -> a.job.order().priority() == Job.Priority.INTERACTIVE);
    }

    boolean has(JobId job) {
        return all.containsKey(job);
    }

    List<Job> jobs() {
        return all.values().stream().map(Arrival::job).toList();
    }

    void remove(List<JobId> published) {
        published.forEach(all::remove);
    }
}
