package safelight.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A few connections to an SQLite file that cannot write, each with its prepared statements: to
/// prepare one costs more than to run it. What failed once is not used again. Thread-safe.
final class Readers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Readers.class);
    private static final int READERS_MAX = 8;

    private final Sqlite engine;
    private final Duration patience;
    private final Semaphore free = new Semaphore(READERS_MAX);
    private final ConcurrentLinkedDeque<Line> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    /// A connection and its prepared statements; one thread's at a time.
    private record Line(Connection connection, Statements statements) {
        void close() {
            try {
                // With all of its statements.
                connection.close();
            } catch (SQLException e) {
                LOG.atWarn().setCause(e).log("connection did not close");
            }
        }
    }

    /// Callers wait for `patience` until their turn.
    Readers(Sqlite engine, Duration patience) {
        this.engine = engine;
        this.patience = patience;
    }

    <T> T read(Work<T> work) throws SQLException {
        try {
            if (!free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS))
                throw new SQLTimeoutException("too many reads wait for the database");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while waiting for the database", e);
        }
        try {
            return over(borrowed(), work);
        } finally {
            free.release();
        }
    }

    private <T> T over(Line line, Work<T> work) throws SQLException {
        boolean isSound = false;
        try {
            var result = work.on(line.statements);
            isSound = true;
            return result;
        } finally {
            if (isSound) giveBack(line);
            else line.close();
        }
    }

    /// The one that was used last: its statements and pages are warm.
    private Line borrowed() throws SQLException {
        if (closed) throw new SQLException("the database is closed");
        var line = idle.pollFirst();
        if (line != null) return line;
        var connection = engine.source().getConnection();
        try {
            Sqlite.execute(connection, "PRAGMA query_only = 1");
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return new Line(connection, new Statements(connection, engine));
    }

    private void giveBack(Line line) {
        idle.addFirst(line);
        if (closed) closeIdle();
    }

    private void closeIdle() {
        for (var line = idle.pollFirst(); line != null; line = idle.pollFirst()) line.close();
    }

    /// What is in use is closed by whoever uses it.
    @Override
    public void close() {
        closed = true;
        closeIdle();
    }
}
