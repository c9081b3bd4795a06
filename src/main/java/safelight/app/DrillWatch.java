package safelight.app;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Failure;
import safelight.base.JobId;
import safelight.catalog.Job;
import safelight.catalog.JobRows;
import safelight.drill.Event;
import safelight.drill.History;

/// Looks at the rows of an installation, many times a second, and notes which worker has which job
/// in hand.
final class DrillWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DrillWatch.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(25);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
    private static final Duration CLOSE_MOST = Duration.ofSeconds(5);

    private final JobRows rows;
    private final History history;
    private final Clock clock;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile long busy;

    /// One start of a job.
    private record Start(String job, int attempt, String worker) {}

    /// Begins to look.
    DrillWatch(JobRows rows, History history, Clock clock) {
        this.rows = rows;
        this.history = history;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("drill-watch").start(this::run);
    }

    /// Waits until all of these jobs have ended, or nothing at all has changed for `still`.
    void awaitQuiet(Set<String> jobs, Duration still, Duration most) throws InterruptedException {
        var deadline = clock.instant().plus(most);
        var changed = clock.instant();
        var known = Map.<String, Long>of();
        while (clock.instant().isBefore(deadline)) {
            var now = versions(jobs);
            if (now.isEmpty()) return;
            if (!now.equals(known)) changed = clock.instant();
            known = now;
            if (changed.plus(still).isBefore(clock.instant())) return;
            Thread.sleep(LOOK_AGAIN);
        }
    }

    /// Waits until so many workers have a job in hand, or `most` is over.
    void awaitBusy(int workers, Duration most) throws InterruptedException {
        var deadline = clock.instant().plus(most);
        while (busy < workers && clock.instant().isBefore(deadline)) Thread.sleep(LOOK_EVERY);
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(CLOSE_MOST);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The open ones of these jobs.
    private Map<String, Long> versions(Set<String> jobs) {
        var open = new HashMap<String, Long>();
        for (var job : jobs) {
            try {
                var found = rows.find(new JobId(job));
                if (found.isPresent() && !found.get().status().state().isFinal())
                    open.put(job, found.get().version());
            } catch (Failure e) {
                open.put(job, -1L);
            }
        }
        return open;
    }

    private void run() {
        var known = Set.<Start>of();
        try {
            while (!closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) known = look(known);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Set<Start> look(Set<Start> known) {
        try {
            var now =
                    rows.busyWorkers().stream()
                            .flatMap(w -> starts(w).stream())
                            .collect(Collectors.toSet());
            busy = now.stream().map(Start::worker).distinct().count();
            long atMs = clock.millis();
            for (var start : known)
                if (!now.contains(start))
                    history.add(new Event.Left(atMs, start.job, start.attempt));
            for (var start : now)
                if (!known.contains(start))
                    history.add(new Event.Started(atMs, start.job, start.attempt, start.worker));
            return now;
        } catch (Failure e) {
            LOG.atDebug().setCause(e).log("rows could not be read");
            return known;
        }
    }

    private List<Start> starts(String worker) {
        return rows.runningOn(worker).stream()
                .filter(j -> j.order().purpose() == Job.Purpose.EDIT)
                .map(j -> new Start(j.id().value(), j.status().attempt(), worker))
                .toList();
    }
}
