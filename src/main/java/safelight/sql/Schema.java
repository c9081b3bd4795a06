package safelight.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/// The schema that this release works with. Flyway is started only if the database is behind: when
/// it is not, one query says so, which saves about 0.2 s of each start.
final class Schema {
    /// In order, each once and by the same name for each database; see the first for the rules.
    static final List<String> MIGRATIONS =
            List.of(
                    "V1__catalog.sql",
                    "V2__hidden_photos.sql",
                    "V3__tier.sql",
                    "V4__batches.sql",
                    "V5__webhooks.sql",
                    "V6__lanes.sql",
                    "V7__frames.sql");

    /// That of the last one.
    static final int VERSION =
            Integer.parseInt(MIGRATIONS.getLast().replaceFirst("V(\\d+)__.*", "$1"));

    private static final String HISTORY = "flyway_schema_history";

    private Schema() {}

    /// Brings the database to this release's schema, one process at a time. The connection is to
    /// look with.
    static void migrate(Dialect dialect, Connection connection) throws SQLException {
        if (fits(dialect, connection)) return;
        dialect.alone(() -> {
            if (!fits(dialect, connection)) run(dialect);
        });
        check(dialect, connection);
    }

    /// Refuses any schema but this release's.
    static void check(Dialect dialect, Connection connection) throws SQLException {
        if (fits(dialect, connection)) return;
        throw new SchemaRefused(
                "The database is older than this release, which needs schema version "
                        + VERSION
                        + ". Start `safelight serve` or `safelight web` of this release once: it"
                        + " brings the database up to date.");
    }

    private static boolean fits(Dialect dialect, Connection connection) throws SQLException {
        if (!dialect.hasTable(connection, HISTORY)) return fits(Optional.empty());
        try (var statements = new Statements(connection, dialect)) {
            return fits(found(statements));
        }
    }

    private static boolean fits(Optional<Integer> found) {
        int version = found.orElse(0);
        if (version > VERSION)
            throw new SchemaRefused(
                    "The database has schema version "
                            + version
                            + "; this release knows versions up to "
                            + VERSION
                            + ". Run the newer release, or restore a backup from before it.");
        return version == VERSION;
    }

    private static Optional<Integer> found(Statements statements) throws SQLException {
        var failed =
                statements.one(
                        "SELECT script FROM " + HISTORY + " WHERE NOT success",
                        row -> row.text("script"));
        if (failed.isPresent())
            throw new SchemaRefused(
                    "The migration " + failed.get() + " failed before. Restore a backup.");
        return statements
                .all(
                        "SELECT version FROM " + HISTORY + " WHERE version IS NOT NULL",
                        row -> Integer.parseInt(row.text("version")))
                .stream()
                .max(Integer::compare);
    }

    private static void run(Dialect dialect) {
        try {
            Flyway.configure(Schema.class.getClassLoader())
                    .dataSource(dialect.source())
                    .resourceProvider(new Scripts(dialect.migrations(), MIGRATIONS))
                    .javaMigrationClassProvider(List::of)
                    .skipDefaultCallbacks(true)
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new SchemaRefused(
                    "The database could not be brought to schema version " + VERSION + ".", e);
        }
    }
}
