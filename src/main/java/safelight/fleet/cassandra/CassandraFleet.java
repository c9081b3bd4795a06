package safelight.fleet.cassandra;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import safelight.base.InstanceId;
import safelight.cql.Access;
import safelight.cql.Change;
import safelight.cql.CqlCluster;
import safelight.cql.Row;
import safelight.cql.Statements;
import safelight.fleet.Beat;
import safelight.fleet.Desired;
import safelight.fleet.Fleet;
import safelight.fleet.FleetUnavailable;
import safelight.fleet.Instance;
import safelight.fleet.Load;

/// Leases in Cassandra, of all data centers in one partition. A heartbeat that comes after the
/// lease was removed leaves a row without role, which counts as absent and is removed with the old
/// ones.
public final class CassandraFleet implements Fleet {
    private static final String FLEET = "all";
    private static final int INSTANCES_MAX = 10_000;
    private static final String ALL = "SELECT * FROM instance WHERE fleet = ? LIMIT ?";
    private static final String REMOVE = "DELETE FROM instance WHERE fleet = ? AND id = ?";
    private static final Comparator<Instance> BY_ROLE_AND_ID =
            Comparator.comparing(Instance::role).thenComparing(instance -> instance.id().value());

    private final Access rows;

    /// In this cluster.
    public CassandraFleet(CqlCluster cluster) {
        this.rows = cluster.in(FleetUnavailable::new);
    }

    /// What one row says: an instance, or the remains of one.
    private record Found(String id, Optional<Instant> seen, Optional<Instance> instance) {
        boolean isBefore(Instant time) {
            return instance.isEmpty() || seen.isEmpty() || seen.get().isBefore(time);
        }
    }

    @Override
    public void announce(Instance instance) {
        rows.write(
                "announce instance " + instance.id(),
                s -> {
                    s.change(
                            """
                            INSERT INTO instance (fleet, id, role, data_center, address, agent,
                                version, decodes, encodes, started_at, seen_at, busy, places,
                                cpu_cores, finished, draining)
                            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\
                            """,
                            FLEET,
                            instance.id(),
                            instance.role(),
                            instance.dataCenter(),
                            instance.address(),
                            instance.agent(),
                            instance.version(),
                            String.join(",", instance.abilities().decodes()),
                            String.join(",", instance.abilities().encodes()),
                            instance.started(),
                            instance.seen(),
                            instance.load().busy(),
                            instance.load().places(),
                            instance.load().cpuCores(),
                            instance.load().finished(),
                            instance.draining());
                });
    }

    @Override
    public boolean beat(InstanceId id, Beat beat) {
        return rows.run("renew the lease of instance " + id, s -> beat(s, id, beat));
    }

    /// An instance's heartbeats come one after the other, so nobody writes between read and write.
    private static boolean beat(Statements statements, InstanceId id, Beat beat) {
        var before =
                statements
                        .one(
                                "SELECT * FROM instance WHERE fleet = ? AND id = ?",
                                CassandraFleet::found,
                                FLEET,
                                id)
                        .flatMap(Found::instance);
        if (before.isEmpty()) return false;
        var seen = before.get().seen().isAfter(beat.at()) ? before.get().seen() : beat.at();
        statements.change(
                """
                UPDATE instance SET seen_at = ?, busy = ?, places = ?, cpu_cores = ?,
                    finished = ?, draining = ?
                WHERE fleet = ? AND id = ?\
                """,
                seen,
                beat.load().busy(),
                beat.load().places(),
                beat.load().cpuCores(),
                beat.load().finished(),
                beat.draining(),
                FLEET,
                id);
        return true;
    }

    @Override
    public void withdraw(InstanceId id) {
        rows.write(
                "withdraw instance " + id,
                s -> {
                    s.change(REMOVE, FLEET, id);
                });
    }

    @Override
    public List<Instance> instances(Instant since) {
        return rows
                .run("list instances", s -> s.all(ALL, CassandraFleet::found, FLEET, INSTANCES_MAX))
                .stream()
                .filter(found -> !found.isBefore(since))
                .flatMap(found -> found.instance().stream())
                .sorted(BY_ROLE_AND_ID)
                .toList();
    }

    @Override
    public Optional<Desired> desired(String dataCenter) {
        return rows.run(
                "read how many instances there should be",
                s ->
                        s.one(
                                "SELECT web, workers FROM desired WHERE data_center = ?",
                                row -> new Desired(row.small("web"), row.small("workers")),
                                dataCenter));
    }

    @Override
    public void desire(String dataCenter, Desired desired) {
        rows.write(
                "decide how many instances there should be",
                s -> {
                    s.change(
                            "INSERT INTO desired (data_center, web, workers) VALUES (?, ?, ?)",
                            dataCenter,
                            desired.web(),
                            desired.workers());
                });
    }

    @Override
    public int forget(Instant before) {
        return rows.run(
                "forget old leases",
                s -> {
                    var old =
                            s.all(ALL, CassandraFleet::found, FLEET, INSTANCES_MAX).stream()
                                    .filter(found -> found.isBefore(before))
                                    .toList();
                    s.each(old.stream().map(f -> Change.of(REMOVE, FLEET, f.id())).toList());
                    return (int) old.stream().filter(f -> f.instance().isPresent()).count();
                });
    }

    private static Found found(Row row) {
        return new Found(row.text("id"), row.maybeInstant("seen_at"), instance(row));
    }

    private static Optional<Instance> instance(Row row) {
        if (!row.has("role") || !row.has("seen_at")) return Optional.empty();
        return Optional.of(
                new Instance(
                        new InstanceId(row.text("id")),
                        row.constant("role", Instance.Role.class),
                        row.text("data_center"),
                        row.text("address"),
                        row.text("agent"),
                        row.text("version"),
                        new Instance.Abilities(
                                names(row.text("decodes")), names(row.text("encodes"))),
                        row.instant("started_at"),
                        row.instant("seen_at"),
                        new Load(
                                row.fraction("busy"),
                                row.small("places"),
                                row.fraction("cpu_cores"),
                                row.number("finished")),
                        row.flag("draining")));
    }

    private static SortedSet<String> names(String text) {
        return text.isEmpty() ? new TreeSet<>() : new TreeSet<>(List.of(text.split(",", -1)));
    }
}
