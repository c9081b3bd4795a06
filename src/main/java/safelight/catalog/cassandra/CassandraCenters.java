package safelight.catalog.cassandra;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import safelight.catalog.Center;
import safelight.catalog.CenterRows;
import safelight.catalog.Job;
import safelight.cql.Access;
import safelight.cql.CqlCluster;
import safelight.cql.Row;
import safelight.cql.Statements;

/// What data centers tell each other, as a row for each, and the jobs of a lost one. Their lines
/// are read here as far as they were copied before; a job that a line does not name yet is found by
/// a later look.
public final class CassandraCenters implements CenterRows {
    private static final int CENTERS_MAX = 100;
    private static final int CHUNK = 64;
    private static final int LINES_MAX = 500;
    private static final int KNOWN_MAX = 50_000;

    private final CqlCluster cluster;
    private final Access rows;
    private final JobSteps steps;
    private final Clock clock;
    private final Map<Lines.Line, Instant> lookedAt = new ConcurrentHashMap<>();

    /// In this cluster; `clock` dates the changes.
    public CassandraCenters(CqlCluster cluster, Clock clock) {
        this.cluster = cluster;
        this.rows = cluster.in(CatalogWording.WORDS);
        this.steps = new JobSteps(cluster, clock);
        this.clock = clock;
    }

    @Override
    public void beat(String name, long pulse, Instant at, Optional<String> waitsFor) {
        rows.write(
                "tell the other data centers",
                s ->
                        s.change(
                                "UPDATE center SET pulse = ?, seen_at = ?, waits_for = ?"
                                        + " WHERE name = ?",
                                pulse,
                                at,
                                waitsFor,
                                name));
    }

    @Override
    public List<Center> centers() {
        return rows
                .run(
                        "list data centers",
                        s ->
                                s.all(
                                        "SELECT * FROM center LIMIT ?",
                                        CassandraCenters::center,
                                        CENTERS_MAX))
                .stream()
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(Center::name))
                .toList();
    }

    /// What was only said about a data center that never told anything does not count.
    private static Optional<Center> center(Row row) {
        return row.maybeInstant("seen_at")
                .map(seen ->
                        new Center(
                                row.text("name"),
                                row.number("pulse"),
                                seen,
                                row.maybeText("waits_for"),
                                row.maybeInstant("lost_at"),
                                row.flag("given_up")));
    }

    @Override
    public void noteLost(String name, Optional<Instant> since) {
        rows.write(
                "note that data center " + name + " is lost or back",
                s -> s.change("UPDATE center SET lost_at = ? WHERE name = ?", since, name));
    }

    @Override
    public void giveUp(String name, boolean isGivenUp) {
        rows.write(
                "note what becomes of data center " + name,
                s -> s.change("UPDATE center SET given_up = ? WHERE name = ?", isGivenUp, name));
    }

    @Override
    public int takeOver(String from, int limit) {
        return rows.run("take over the jobs of " + from, s -> takeOver(s, from, limit));
    }

    private int takeOver(Statements statements, String from, int limit) {
        int moved = 0;
        for (var line : linesOf(statements, from)) {
            if (moved >= limit) break;
            moved += takeOver(statements, from, line, limit - moved);
            lookedAt.put(line, clock.instant());
        }
        return moved;
    }

    /// What it had in line, in queue and in hand: some of the lines, those first that were not
    /// looked into for longest. A look must not take so long that this data center seems silent.
    private List<Lines.Line> linesOf(Statements statements, String from) {
        if (lookedAt.size() > KNOWN_MAX) lookedAt.clear();
        var all = new ArrayList<>(Lines.olderOutboxes(from));
        all.add(Lines.awaited(from));
        for (var lane : Job.Priority.values())
            for (var account : Boxes.listed(statements, from, lane))
                all.add(Lines.outbox(from, lane, account));
        all.sort(Comparator.comparing(line -> lookedAt.getOrDefault(line, Instant.MIN)));
        return all.subList(0, Math.min(LINES_MAX, all.size()));
    }

    private int takeOver(Statements statements, String from, Lines.Line line, int limit) {
        var items = steps.lines().look(statements, line, limit);
        var ids = items.stream().map(Lines.Item::id).toList();
        int moved = 0;
        var settled = new ArrayList<String>();
        for (int i = 0; i < ids.size(); i += CHUNK)
            for (var found :
                    JobTable.find(statements, ids.subList(i, Math.min(i + CHUNK, ids.size())))) {
                var job = found.job();
                if (isOf(job, from)) {
                    if (steps.advance(statements, queued(job)).isEmpty()) continue;
                    moved++;
                }
                settled.add(job.id().value());
            }
        steps.lines().drop(statements, line, settled);
        return moved;
    }

    private static boolean isOf(Job job, String dataCenter) {
        return !job.status().state().isFinal() && job.order().dataCenter().equals(dataCenter);
    }

    /// That somebody began it does not count against it, but remains an attempt.
    private static Job queued(Job job) {
        var was = job.status();
        return job.with(
                new Job.Status(
                        Job.State.QUEUED,
                        was.attempt(),
                        was.strikes(),
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        was.history()));
    }

    @Override
    public int owed(String name) {
        return rows.run("look for missed writes", _ -> cluster.owed(name));
    }
}
