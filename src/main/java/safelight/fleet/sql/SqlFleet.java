package safelight.fleet.sql;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import safelight.base.InstanceId;
import safelight.fleet.Beat;
import safelight.fleet.Desired;
import safelight.fleet.Fleet;
import safelight.fleet.FleetUnavailable;
import safelight.fleet.Instance;
import safelight.fleet.Load;
import safelight.sql.Access;
import safelight.sql.Database;
import safelight.sql.Row;

/// Leases in SQL.
public final class SqlFleet implements Fleet {
    private static final int INSTANCES_MAX = 10_000;
    private static final Comparator<Instance> BY_ROLE_AND_ID =
            Comparator.comparing(Instance::role).thenComparing(instance -> instance.id().value());

    private final Access rows;

    /// In this database.
    public SqlFleet(Database database) {
        this.rows = database.in((what, trouble) -> new FleetUnavailable(what, trouble.cause()));
    }

    @Override
    public void announce(Instance instance) {
        rows.write(
                "announce instance " + instance.id(),
                s ->
                        s.update(
                                """
                                INSERT INTO instance (id, role, data_center, address, agent,
                                    version, decodes, encodes, started_at, seen_at, busy, places,
                                    cpu_cores, finished, draining)
                                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                                ON CONFLICT (id) DO UPDATE SET role = excluded.role,
                                    data_center = excluded.data_center,
                                    address = excluded.address, agent = excluded.agent,
                                    version = excluded.version,
                                    decodes = excluded.decodes, encodes = excluded.encodes,
                                    started_at = excluded.started_at, seen_at = excluded.seen_at,
                                    busy = excluded.busy, places = excluded.places,
                                    cpu_cores = excluded.cpu_cores, finished = excluded.finished,
                                    draining = excluded.draining\
                                """,
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
                                instance.draining()));
    }

    @Override
    public boolean beat(InstanceId id, Beat beat) {
        return rows.write(
                "renew the lease of instance " + id,
                s ->
                        s.update(
                                        """
                                        UPDATE instance SET seen_at =
                                            CASE WHEN seen_at < ? THEN ? ELSE seen_at END,
                                            busy = ?, places = ?, cpu_cores = ?, finished = ?,
                                            draining = ?
                                        WHERE id = ?\
                                        """,
                                        beat.at(),
                                        beat.at(),
                                        beat.load().busy(),
                                        beat.load().places(),
                                        beat.load().cpuCores(),
                                        beat.load().finished(),
                                        beat.draining(),
                                        id)
                                > 0);
    }

    @Override
    public void withdraw(InstanceId id) {
        rows.write(
                "withdraw instance " + id, s -> s.update("DELETE FROM instance WHERE id = ?", id));
    }

    @Override
    public List<Instance> instances(Instant since) {
        return rows
                .read(
                        "list instances",
                        s ->
                                s.all(
                                        "SELECT * FROM instance WHERE seen_at >= ? LIMIT ?",
                                        SqlFleet::instance,
                                        since,
                                        INSTANCES_MAX))
                .stream()
                .sorted(BY_ROLE_AND_ID)
                .toList();
    }

    @Override
    public Optional<Desired> desired(String dataCenter) {
        return rows.read(
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
                s ->
                        s.update(
                                """
                                INSERT INTO desired (data_center, web, workers) VALUES (?, ?, ?)
                                ON CONFLICT (data_center) DO UPDATE SET web = excluded.web,
                                    workers = excluded.workers\
                                """,
                                dataCenter,
                                desired.web(),
                                desired.workers()));
    }

    @Override
    public int forget(Instant before) {
        return rows.write(
                "forget old leases",
                s -> s.update("DELETE FROM instance WHERE seen_at < ?", before));
    }

    private static Instance instance(Row row) throws SQLException {
        return new Instance(
                new InstanceId(row.text("id")),
                row.constant("role", Instance.Role.class),
                row.text("data_center"),
                row.text("address"),
                row.text("agent"),
                row.text("version"),
                new Instance.Abilities(names(row.text("decodes")), names(row.text("encodes"))),
                row.instant("started_at"),
                row.instant("seen_at"),
                new Load(
                        row.fraction("busy"),
                        row.small("places"),
                        row.fraction("cpu_cores"),
                        row.number("finished")),
                row.flag("draining"));
    }

    private static SortedSet<String> names(String text) {
        return text.isEmpty() ? new TreeSet<>() : new TreeSet<>(List.of(text.split(",", -1)));
    }
}
