package safelight.sql;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/// What is particular about SQLite: how a file is opened, how a write begins beside other
/// processes, and how it says that the disk is full.
final class Sqlite implements Dialect {
    /// Result codes, https://sqlite.org/rescode.html.
    private static final int BUSY = 5;

    private static final int IOERR = 10;
    private static final int FULL = 13;

    /// Each change of a job touches a page of each of its indexes. Fewer and larger checkpoints and
    /// a cache that holds the indexes' hot part keep writes fast in large files.
    private static final int CHECKPOINT_PAGES = 8192;

    private static final int WRITER_CACHE_KIB = 64 << 10;
    private static final int WAL_KEPT_BYTES = 64 << 20;

    private static final long ROOM_MIN_BYTES = 1 << 20;
    private static final Duration BUSY_WAIT = Duration.ofSeconds(10);
    private static final Duration BUSY_PAUSE = Duration.ofNanos(500_000);

    private final Path file;

    Sqlite(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    /// Connections that are durable at each commit, and whose statements wait for other processes.
    @Override
    public SQLiteDataSource source() {
        var config = new SQLiteConfig();
        config.setBusyTimeout((int) BUSY_WAIT.toMillis());
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.enforceForeignKeys(true);
        var source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    /// The first connection. A fresh file is switched to WAL by whoever comes first, and for that
    /// moment SQLite refuses the others without asking its busy handler.
    Connection first() throws SQLException {
        long end = System.nanoTime() + BUSY_WAIT.toNanos();
        while (true) {
            try {
                return source().getConnection();
            } catch (SQLException e) {
                if (code(e) != BUSY || System.nanoTime() > end) throw e;
                LockSupport.parkNanos(BUSY_PAUSE.toNanos());
            }
        }
    }

    /// The connection for writes. Its own busy timeout is short because {@link #begin} waits.
    Connection writing() throws SQLException {
        var connection = source().getConnection();
        execute(connection, "PRAGMA busy_timeout = 1");
        execute(connection, "PRAGMA cache_size = -" + WRITER_CACHE_KIB);
        execute(connection, "PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
        execute(connection, "PRAGMA journal_size_limit = " + WAL_KEPT_BYTES);
        return connection;
    }

    /// Begins a write. SQLite's own busy handler comes to sleep 100 ms between its tries, and then
    /// a process that writes all the time starves the other one; so this asks more often.
    void begin(Connection connection) throws SQLException {
        long end = System.nanoTime() + BUSY_WAIT.toNanos();
        while (true) {
            try {
                execute(connection, "BEGIN IMMEDIATE");
                return;
            } catch (SQLException e) {
                if (code(e) != BUSY || System.nanoTime() > end) throw e;
                LockSupport.parkNanos(BUSY_PAUSE.toNanos());
            }
        }
    }

    @Override
    public String migrations() {
        return "safelight/db/sqlite";
    }

    @Override
    public boolean hasTable(Connection connection, String name) throws SQLException {
        try (var tables = connection.getMetaData().getTables(null, null, name, null)) {
            return tables.next();
        }
    }

    @Override
    public void alone(Migration work) throws SQLException {
        var lockFile = file.resolveSibling(file.getFileName() + ".migration");
        // A file lock excludes other processes, the monitor the other threads of this one.
        synchronized (Sqlite.class) {
            try (var channel =
                            FileChannel.open(
                                    lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var _ = channel.lock()) {
                work.run();
            } catch (IOException e) {
                throw new SQLException("cannot lock " + lockFile, e);
            }
        }
    }

    @Override
    public Optional<String> lock() {
        return Optional.empty();
    }

    @Override
    public String text(String value) {
        return value;
    }

    /// IOERR without room counts as well: SQLite reports a failed growth of its shared memory so.
    @Override
    public boolean isFull(SQLException e) {
        return code(e) == FULL || (code(e) == IOERR && roomLeft() < ROOM_MIN_BYTES);
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int code(SQLException e) {
        return e.getErrorCode() & 0xff;
    }

    private long roomLeft() {
        try {
            return Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace();
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }
}
