package safelight.catalog.cassandra;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import safelight.base.AccountId;
import safelight.base.JobId;
import safelight.catalog.Burden;
import safelight.catalog.Job;
import safelight.cql.Statements;

/// What the queue has to be given, should be holding, and has given to workers; of this data
/// center.
///
/// The outbox is one line for each account and lane, and {@link Boxes} says which of them to look
/// into. What waits there is added up by the nodes. Counts and searches of dispatched jobs stop at
/// 10,000: a line that long is longer than what the queue could have lost unnoticed for long, and
/// the rest has its turn when the line is shorter.
final class Dispatch {
    private static final int COUNTED_MAX = 10_000;
    private static final int ACCOUNTS_MAX = 10_000;
    private static final int RUNNING_MAX = 10_000;
    private static final int CHUNK = 64;
    private static final int ADOPTED_MAX = 1_000;
    private static final Duration ADOPT_EVERY = Duration.ofSeconds(10);
    private static final Duration SETTLED = Duration.ofMinutes(10);

    private final JobSteps steps;
    private final Lines lines;
    private final Clock clock;
    private final String dataCenter;
    private final Boxes boxes;
    private volatile Instant adoptedAt = Instant.MIN;

    Dispatch(JobSteps steps, Clock clock, String dataCenter) {
        this.steps = steps;
        this.lines = steps.lines();
        this.clock = clock;
        this.dataCenter = dataCenter;
        this.boxes = new Boxes(lines, clock, dataCenter);
    }

    /// Of every account and lane, the urgent lanes first.
    List<Job> outbox(Statements statements, int limit) {
        adopt(statements);
        var found = new ArrayList<Job>();
        for (var lane : Job.Priority.values())
            for (var account : all(statements, lane))
                if (found.size() < limit)
                    found.addAll(first(statements, outbox(lane, account), limit - found.size()));
        return found;
    }

    List<AccountId> accounts(Statements statements, Job.Priority lane, String after, int limit) {
        adopt(statements);
        return boxes.with(statements, lane, after, limit).stream().map(AccountId::new).toList();
    }

    List<Job> waiting(Statements statements, Job.Priority lane, AccountId account, int limit) {
        return first(statements, outbox(lane, account.value()), limit);
    }

    /// Adds up whole buckets, so there may be more of it than `most` jobs.
    Burden waiting(Statements statements, int most) {
        var burden = Burden.NONE;
        for (var lane : Job.Priority.values())
            for (var account : all(statements, lane)) {
                long left = most - burden.jobs();
                if (left <= 0) return burden;
                burden = burden.plus(lines.burden(statements, outbox(lane, account), left));
            }
        return burden;
    }

    private List<String> all(Statements statements, Job.Priority lane) {
        return boxes.with(statements, lane, "", ACCOUNTS_MAX);
    }

    private Lines.Line outbox(Job.Priority lane, String account) {
        return Lines.outbox(dataCenter, lane, account);
    }

    private List<Job> first(Statements statements, Lines.Line line, int limit) {
        var items = lines.scan(statements, line, Long.MIN_VALUE, limit + CHUNK);
        var ids = items.stream().map(Lines.Item::id).toList();
        var open = new ArrayList<Job>();
        for (int i = 0; i < ids.size() && open.size() < limit; i += CHUNK)
            JobTable.find(statements, ids.subList(i, Math.min(i + CHUNK, ids.size()))).stream()
                    .map(JobTable.Found::job)
                    .filter(job -> !job.status().state().isFinal())
                    .forEach(open::add);
        if (open.size() < limit && items.size() > open.size())
            dropOver(statements, line, items, open);
        return open.size() > limit ? List.copyOf(open.subList(0, limit)) : open;
    }

    /// Signs of jobs that are over, or never came, which a crash left.
    private void dropOver(
            Statements statements, Lines.Line line, List<Lines.Item> items, List<Job> open) {
        var alive = open.stream().map(job -> job.id().value()).collect(Collectors.toSet());
        var settled = clock.instant().minus(SETTLED);
        var over =
                items.stream()
                        .filter(item -> !alive.contains(item.id()) && item.at().isBefore(settled))
                        .map(Lines.Item::id)
                        .toList();
        lines.drop(statements, line, over);
    }

    /// Moves what servers of an older release have put in their outbox to where it is looked for.
    private void adopt(Statements statements) {
        var now = clock.instant();
        if (now.isBefore(adoptedAt.plus(ADOPT_EVERY)) && !now.isBefore(adoptedAt)) return;
        adoptedAt = now;
        for (var older : Lines.olderOutboxes(dataCenter)) {
            var ids =
                    lines.scan(statements, older, Long.MIN_VALUE, ADOPTED_MAX).stream()
                            .map(Lines.Item::id)
                            .toList();
            var open =
                    JobTable.find(statements, ids).stream()
                            .map(JobTable.Found::job)
                            .filter(job -> !job.status().state().isFinal())
                            .toList();
            put(statements, open);
            lines.drop(statements, older, open.stream().map(job -> job.id().value()).toList());
        }
    }

    private void put(Statements statements, List<Job> jobs) {
        for (var some : byLine(jobs).entrySet()) {
            lines.putAll(statements, some.getKey(), some.getValue(), clock.instant());
            statements.each(List.of(steps.seen(some.getValue().getFirst())));
        }
    }

    private Map<Lines.Line, List<Job>> byLine(List<Job> jobs) {
        return jobs.stream().collect(Collectors.groupingBy(steps::outbox));
    }

    void dispatched(Statements statements, List<JobId> jobs, Instant at) {
        var ids = jobs.stream().map(JobId::value).toList();
        lines.put(statements, steps.awaited(), ids, at);
        var known = JobTable.find(statements, ids).stream().map(JobTable.Found::job).toList();
        byLine(known)
                .forEach((line, some) ->
                        lines.drop(
                                statements,
                                line,
                                some.stream().map(job -> job.id().value()).toList()));
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
        put(statements, stale);
        stale.forEach(job -> over.add(job.id().value()));
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

    /// Dated back, and with a second look, as with the buckets of a line.
    private void forget(Statements statements, String worker) {
        statements.change(
                "DELETE FROM worker_seen USING TIMESTAMP ? WHERE data_center = ? AND worker = ?",
                Statements.micros(clock.instant().minus(Lines.APART_MOST)),
                dataCenter,
                worker);
        if (isIdle(statements, worker)) return;
        statements.change(
                "INSERT INTO worker_seen (data_center, worker) VALUES (?, ?)", dataCenter, worker);
    }
}
