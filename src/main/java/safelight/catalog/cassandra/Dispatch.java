package safelight.catalog.cassandra;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import safelight.base.JobId;
import safelight.catalog.Job;
import safelight.cql.Statements;

/// What the queue has to be given, should be holding, and has given to workers; of this data
/// center.
///
/// Looking costs what is there and not what was: the outbox is read from two minutes back, and as a
/// whole every ten seconds and whenever this process has put something older in it. Counts and
/// searches of dispatched jobs stop at 10,000: a line that long is longer than what the queue could
/// have lost unnoticed for long, and the rest has its turn when the line is shorter.
final class Dispatch {
    private static final int COUNTED_MAX = 10_000;
    private static final int RUNNING_MAX = 10_000;
    private static final int CHUNK = 64;
    private static final Duration RECENT = Duration.ofMinutes(2);
    private static final Duration WHOLE_EVERY = Duration.ofSeconds(10);
    private static final Duration SETTLED = Duration.ofMinutes(10);

    private final JobSteps steps;
    private final Lines lines;
    private final Clock clock;
    private final String dataCenter;
    private final Box urgent;
    private final Box bulk;

    Dispatch(JobSteps steps, Clock clock, String dataCenter) {
        this.steps = steps;
        this.lines = steps.lines();
        this.clock = clock;
        this.dataCenter = dataCenter;
        this.urgent = new Box(steps.urgent());
        this.bulk = new Box(steps.bulk());
    }

    /// The next look at the outbox is at all of it.
    void lookAtAll() {
        urgent.lookAtAll();
        bulk.lookAtAll();
    }

    List<Job> outbox(Statements statements, int limit) {
        var found = new ArrayList<>(urgentOutbox(statements, limit));
        if (found.size() < limit) found.addAll(bulk.first(statements, limit - found.size()));
        return found;
    }

    List<Job> urgentOutbox(Statements statements, int limit) {
        return urgent.first(statements, limit);
    }

    /// One line of the outbox, and when all of it was read last.
    private final class Box {
        private final Lines.Line line;
        private volatile Instant wholeAt = Instant.MIN;

        Box(Lines.Line line) {
            this.line = line;
        }

        void lookAtAll() {
            wholeAt = Instant.MIN;
        }

        List<Job> first(Statements statements, int limit) {
            var now = clock.instant();
            boolean isWhole = now.minus(WHOLE_EVERY).isAfter(wholeAt) || now.isBefore(wholeAt);
            long from = isWhole ? Long.MIN_VALUE : line.bucket(now.minus(RECENT));
            if (isWhole) wholeAt = now;
            var items = lines.scan(statements, line, from, 2 * limit + CHUNK);
            var ids = items.stream().map(Lines.Item::id).toList();
            var open = new ArrayList<Job>();
            for (int i = 0; i < ids.size() && open.size() < limit; i += CHUNK)
                JobTable.find(statements, ids.subList(i, Math.min(i + CHUNK, ids.size()))).stream()
                        .map(JobTable.Found::job)
                        .filter(job -> !job.status().state().isFinal())
                        .forEach(open::add);
            if (open.size() < limit && items.size() > open.size())
                dropOver(statements, items, open);
            // There may be more where a part was left out.
            if (open.size() >= limit) lookAtAll();
            return open.size() > limit ? List.copyOf(open.subList(0, limit)) : open;
        }

        /// Signs of jobs that are over, or never came, which a crash left.
        private void dropOver(Statements statements, List<Lines.Item> items, List<Job> open) {
            var alive = open.stream().map(job -> job.id().value()).collect(Collectors.toSet());
            var settled = clock.instant().minus(SETTLED);
            var over =
                    items.stream()
                            .filter(item ->
                                    !alive.contains(item.id()) && item.at().isBefore(settled))
                            .map(Lines.Item::id)
                            .toList();
            lines.drop(statements, line, over);
        }
    }

    void dispatched(Statements statements, List<JobId> jobs, Instant at) {
        var ids = jobs.stream().map(JobId::value).toList();
        lines.put(statements, steps.awaited(), ids, at);
        lines.drop(statements, steps.urgent(), ids);
        lines.drop(statements, steps.bulk(), ids);
    }

    int requeueStale(Statements statements, Instant before, int limit) {
        var old =
                awaited(statements).stream()
                        .filter(item -> item.at().isBefore(before))
                        .map(Lines.Item::id)
                        .toList();
        int again = 0;
        for (int i = 0; i < old.size() && again < limit; i += CHUNK)
            again +=
                    requeue(
                            statements,
                            old.subList(i, Math.min(i + CHUNK, old.size())),
                            before,
                            limit - again);
        if (again > 0) lookAtAll();
        return again;
    }

    private int requeue(Statements statements, List<String> ids, Instant before, int most) {
        var stale = new ArrayList<Job>();
        var over = new HashSet<>(ids);
        for (var found : JobTable.find(statements, ids)) {
            if (found.job().status().state().isFinal()) continue;
            over.remove(found.job().id().value());
            if (found.changed().isBefore(before) && stale.size() < most) stale.add(found.job());
        }
        var byLine =
                stale.stream()
                        .collect(
                                Collectors.groupingBy(
                                        steps::outbox,
                                        Collectors.mapping(
                                                job -> job.id().value(), Collectors.toList())));
        byLine.forEach((line, some) -> lines.put(statements, line, some, clock.instant()));
        byLine.values().forEach(over::addAll);
        lines.drop(statements, steps.awaited(), List.copyOf(over));
        return stale.size();
    }

    long inQueue(Statements statements) {
        return awaited(statements).size();
    }

    private List<Lines.Item> awaited(Statements statements) {
        return lines.scan(statements, steps.awaited(), Long.MIN_VALUE, COUNTED_MAX);
    }

    List<Job> runningOn(Statements statements, String worker) {
        var line = Lines.worker(worker);
        var items = lines.scan(statements, line, Long.MIN_VALUE, RUNNING_MAX);
        var running =
                JobTable.find(statements, items.stream().map(Lines.Item::id).toList()).stream()
                        .map(JobTable.Found::job)
                        .filter(job -> isOn(job, worker))
                        .toList();
        var settled = clock.instant().minus(SETTLED);
        var ids = running.stream().map(job -> job.id().value()).collect(Collectors.toSet());
        var over =
                items.stream()
                        .filter(item -> !ids.contains(item.id()) && item.at().isBefore(settled))
                        .map(Lines.Item::id)
                        .toList();
        lines.drop(statements, line, over);
        return running;
    }

    private static boolean isOn(Job job, String worker) {
        return job.status().state() == Job.State.RUNNING
                && job.status().worker().equals(Optional.of(worker));
    }

    Set<String> busyWorkers(Statements statements) {
        var seen =
                statements.all(
                        "SELECT worker FROM worker_seen WHERE data_center = ? LIMIT ?",
                        row -> row.text("worker"),
                        dataCenter,
                        RUNNING_MAX);
        var busy = new HashSet<String>();
        for (var worker : seen) {
            if (!runningOn(statements, worker).isEmpty()) busy.add(worker);
            else if (isIdle(statements, worker)) forget(statements, worker);
        }
        return Set.copyOf(busy);
    }

    private boolean isIdle(Statements statements, String worker) {
        return lines.buckets(statements, Lines.worker(worker)).isEmpty();
    }

    /// A second look, as with the buckets of a line.
    private void forget(Statements statements, String worker) {
        statements.change(
                "DELETE FROM worker_seen WHERE data_center = ? AND worker = ?", dataCenter, worker);
        if (isIdle(statements, worker)) return;
        statements.change(
                "INSERT INTO worker_seen (data_center, worker) VALUES (?, ?)", dataCenter, worker);
    }
}
