package safelight.sql;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/// The schema that this release works with. Flyway is started only if the database is behind: when
/// it is not, one query says so, which saves about 0.2 s of each start.
final class Schema {
    /// In order, each once; see the first one for the rules.
    static final List<String> MIGRATIONS =
            List.of("V1__catalog.sql", "V2__hidden_photos.sql", "V3__tier.sql");

    static final String PLACE = "safelight/db/sqlite";
    static final int VERSION = MIGRATIONS.size();

    private static final String HISTORY = "flyway_schema_history";

    private Schema() {}

    /// Brings the database to this release's schema, one process at a time.
    static void migrate(DataSource source, Path file) throws SQLException {
        if (fits(source)) return;
        var lockFile = file.resolveSibling(file.getFileName() + ".migration");
        // A file lock excludes other processes, the monitor the other threads of this one.
        synchronized (Schema.class) {
            try (var channel =
                            FileChannel.open(
                                    lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var _ = channel.lock()) {
                if (!fits(source)) run(source);
            } catch (IOException e) {
                throw new SQLException("cannot lock " + lockFile, e);
            }
        }
        check(source);
    }

    /// Refuses any schema but this release's.
    static void check(DataSource source) throws SQLException {
        if (fits(source)) return;
        throw new SchemaRefused(
                "The database is older than this release, which needs schema version "
                        + VERSION
                        + ". Start `safelight serve` or `safelight web` of this release once: it"
                        + " brings the database up to date.");
    }

    private static boolean fits(DataSource source) throws SQLException {
        try (var connection = source.getConnection();
                var statements = new Statements(connection)) {
            return fits(found(connection, statements));
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

    private static Optional<Integer> found(Connection connection, Statements statements)
            throws SQLException {
        try (var tables = connection.getMetaData().getTables(null, null, HISTORY, null)) {
            if (!tables.next()) return Optional.empty();
        }
        var failed =
                statements.one(
                        "SELECT script FROM " + HISTORY + " WHERE success = 0",
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

    private static void run(DataSource source) {
        try {
            Flyway.configure(Schema.class.getClassLoader())
                    .dataSource(source)
                    .resourceProvider(new Scripts(PLACE, MIGRATIONS))
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
