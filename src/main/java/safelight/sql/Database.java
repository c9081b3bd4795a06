package safelight.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import safelight.base.Failure;
import safelight.base.Problem;

/// An SQLite file, shared by the processes of one host. Reads go through a small pool of
/// connections that cannot write, writes through one {@link Writer}. Thread-safe.
public final class Database implements AutoCloseable {
    private static final int READERS_MAX = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Sqlite engine;
    private final HikariDataSource readers;
    private final Writer writer;

    private Database(Sqlite engine) {
        this.engine = engine;
        this.readers = readers(engine);
        this.writer = new Writer(engine, PATIENCE);
        writer.start();
    }

    /// Opens the file, makes it if it is not there, and brings it to this release's schema.
    ///
    /// @throws SchemaRefused if the file belongs to a newer release
    public static Database open(Path file) {
        return open(file, true);
    }

    /// Opens a file that another process keeps up to date.
    ///
    /// @throws SchemaRefused if the file belongs to a newer or an older release
    public static Database join(Path file) {
        return open(file, false);
    }

    private static Database open(Path file, boolean isMigrating) {
        var engine = new Sqlite(file.toAbsolutePath());
        try {
            Files.createDirectories(engine.file().getParent());
            if (isMigrating) Schema.migrate(engine.source(), engine.file());
            else Schema.check(engine.source());
            return new Database(engine);
        } catch (IOException | SQLException | HikariPool.PoolInitializationException e) {
            throw new CannotOpen(file, e);
        }
    }

    /// This database with failures in the words of a port.
    public Access in(Wording wording) {
        return new Access(this, wording);
    }

    /// How many writes of this process wait for their turn.
    public int waiting() {
        return writer.waiting();
    }

    <T> T read(Work<T> work) throws SQLException {
        try (var connection = readers.getConnection();
                var statements = new Statements(connection)) {
            return work.on(statements);
        }
    }

    <T> T write(Work<T> work) throws SQLException {
        return writer.run(work);
    }

    /// Whether writes are still taken; if not, only a new start helps.
    public boolean isWriting() {
        return writer.isRunning();
    }

    Wording.Trouble trouble(SQLException e) {
        return new Wording.Trouble(engine.isFull(e), e);
    }

    private static HikariDataSource readers(Sqlite engine) {
        var config = new HikariConfig();
        config.setDataSource(engine.source());
        config.setPoolName("sql-readers");
        config.setConnectionInitSql("PRAGMA query_only = 1");
        config.setMaximumPoolSize(READERS_MAX);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(PATIENCE.toMillis());
        config.setInitializationFailTimeout(PATIENCE.toMillis());
        return new HikariDataSource(config);
    }

    /// Writes what waits and closes all connections.
    @Override
    public void close() {
        writer.close();
        readers.close();
    }

    /// The file cannot be opened at all.
    public static final class CannotOpen extends Failure {
        private static final long serialVersionUID = 1L;

        CannotOpen(Path file, Throwable cause) {
            super(
                    Problem.passing(
                            "SL-SQL-02",
                            503,
                            "The database cannot be opened",
                            "The database "
                                    + file
                                    + " cannot be opened: "
                                    + cause.getMessage()
                                    + ". Check its path, permissions and room on the disk."),
                    cause);
        }
    }
}
