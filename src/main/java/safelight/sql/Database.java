package safelight.sql;

import com.zaxxer.hikari.pool.HikariPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import safelight.base.Failure;
import safelight.base.Problem;

/// The database of one installation: an SQLite file, or one of a PostgreSQL server. Thread-safe.
public final class Database implements AutoCloseable {
    private final Dialect dialect;
    private final Traffic traffic;

    private Database(Dialect dialect, Traffic traffic) {
        this.dialect = dialect;
        this.traffic = traffic;
    }

    /// Opens the file, makes it if it is not there, and brings it to this release's schema.
    ///
    /// @throws SchemaRefused if the file belongs to a newer release
    public static Database open(Path file) {
        return open(file, Schema::migrate);
    }

    /// Opens a file that another process keeps up to date.
    ///
    /// @throws SchemaRefused if the file belongs to a newer or an older release
    public static Database join(Path file) {
        return open(file, Schema::check);
    }

    /// Opens a database of a PostgreSQL server, and brings it to this release's schema; however
    /// many do so at once, one does it. Waits some seconds for a server that does not answer yet.
    ///
    /// @throws SchemaRefused if the database belongs to a newer release
    public static Database open(PostgresAccess access) {
        return open(access, Schema::migrate);
    }

    /// Opens a database of a PostgreSQL server that another process keeps up to date.
    ///
    /// @throws SchemaRefused if the database belongs to a newer or an older release
    public static Database join(PostgresAccess access) {
        return open(access, Schema::check);
    }

    /// Makes sure that the schema fits.
    @FunctionalInterface
    private interface Look {
        void at(Dialect dialect, Connection connection) throws SQLException;
    }

    private static Database open(Path file, Look look) {
        var engine = new Sqlite(file.toAbsolutePath());
        try {
            Files.createDirectories(engine.file().getParent());
            try (var connection = engine.first()) {
                look.at(engine, connection);
            }
            return new Database(engine, new OneWriter(engine));
        } catch (IOException | SQLException | HikariPool.PoolInitializationException e) {
            throw new CannotOpen(file.toString(), "its path, permissions and room on the disk", e);
        }
    }

    private static Database open(PostgresAccess access, Look look) {
        var engine = new Postgres(access);
        try {
            try (var connection = engine.first()) {
                look.at(engine, connection);
            }
            return new Database(engine, new ManyWriters(engine, access.connections()));
        } catch (SQLException e) {
            throw new CannotOpen(access.place(), "its URL, user and password, and the server", e);
        }
    }

    /// This database with failures in the words of a port.
    public Access in(Wording wording) {
        return new Access(this, wording);
    }

    /// How many writes of this process wait for their turn.
    public int waiting() {
        return traffic.waiting();
    }

    <T> T read(Work<T> work) throws SQLException {
        return traffic.read(work);
    }

    <T> T write(Work<T> work) throws SQLException {
        return traffic.write(work);
    }

    <T> T write(String lock, Work<T> work) throws SQLException {
        return traffic.write(lock, work);
    }

    /// Whether writes are still taken; if not, only a new start helps.
    public boolean isWriting() {
        return traffic.isWriting();
    }

    Wording.Trouble trouble(SQLException e) {
        return new Wording.Trouble(dialect.isFull(e), e);
    }

    /// Writes what waits and closes all connections.
    @Override
    public void close() {
        traffic.close();
    }

    /// The database cannot be opened at all.
    public static final class CannotOpen extends Failure {
        private static final long serialVersionUID = 1L;

        CannotOpen(String place, String toCheck, Throwable cause) {
            super(
                    Problem.passing(
                            "SL-SQL-02",
                            503,
                            "The database cannot be opened",
                            "The database "
                                    + place
                                    + " cannot be opened: "
                                    + cause.getMessage()
                                    + ". Check "
                                    + toCheck
                                    + "."),
                    cause);
        }
    }
}
