package safelight.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread of a process that writes. It takes whatever waits, runs it in one transaction
/// with a savepoint around each unit, and answers everybody after the commit: one fsync for many
/// (group commit). A unit that fails rolls back alone; if the commit fails, all of its units have
/// failed. The connection is confined to this thread.
final class Writer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final int WAITING_MAX = 4096;
    private static final int GROUP_MAX = 256;
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(20);

    private final Sqlite engine;
    private final Duration patience;
    private final BlockingQueue<Unit<?>> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final Thread thread;
    private Optional<Line> line = Optional.empty();
    private volatile boolean closed;

    /// A connection and its prepared statements.
    private record Line(Connection connection, Statements statements) {}

    /// Callers wait for `patience` until their turn, and as long again for its end.
    Writer(Sqlite engine, Duration patience) {
        this.engine = engine;
        this.patience = patience;
        this.thread = Thread.ofPlatform().name("sql-writer").daemon().unstarted(this::loop);
    }

    void start() {
        thread.start();
    }

    boolean isRunning() {
        return !closed;
    }

    /// Runs the work and returns its result once that is durable.
    <T> T run(Work<T> work) throws SQLException {
        var unit = new Unit<>(work);
        enqueue(unit);
        if (closed && unit.withdraw()) throw new SQLException("the database is closed");
        try {
            return unit.await(patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while waiting for the database", e);
        }
    }

    int waiting() {
        return waiting.size();
    }

    private void enqueue(Unit<?> unit) throws SQLException {
        try {
            if (!waiting.offer(unit, patience.toNanos(), TimeUnit.NANOSECONDS))
                throw new SQLTimeoutException("too many writes wait for the database");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while waiting for the database", e);
        }
    }

    private void loop() {
        var group = new ArrayList<Unit<?>>();
        try {
            while (!closed || !waiting.isEmpty()) {
                var first = waiting.poll(IDLE.toNanos(), TimeUnit.NANOSECONDS);
                if (first == null) continue;
                group.add(first);
                waiting.drainTo(group, GROUP_MAX - 1);
                group.removeIf(unit -> !unit.begin());
                if (!group.isEmpty()) commit(group);
                group.clear();
            }
        } catch (Throwable e) {
            LOG.atError().setCause(e).log("database writer stopped");
        } finally {
            closed = true;
            hangUp();
            waiting.drainTo(group);
            group.forEach(unit -> unit.refuse(new SQLException("the database is closed")));
        }
    }

    private void commit(List<Unit<?>> group) {
        try {
            var on = line();
            engine.begin(on.connection());
            for (var unit : group) run(unit, on, group.size() > 1);
            if (group.size() == 1 && group.getFirst().hasFailed())
                Sqlite.execute(on.connection(), "ROLLBACK");
            else Sqlite.execute(on.connection(), "COMMIT");
            group.forEach(Unit::answer);
        } catch (SQLException e) {
            // The transaction may be open still or gone; a new connection knows.
            hangUp();
            group.forEach(unit -> unit.refuse(e));
        }
    }

    private static void run(Unit<?> unit, Line on, boolean isShared) throws SQLException {
        if (isShared) Sqlite.execute(on.connection(), "SAVEPOINT unit");
        unit.run(on.statements());
        if (!isShared) return;
        // After a full disk SQLite has rolled back everything: this fails then, and so does the
        // group.
        if (unit.hasFailed()) Sqlite.execute(on.connection(), "ROLLBACK TO unit");
        Sqlite.execute(on.connection(), "RELEASE unit");
    }

    private Line line() throws SQLException {
        if (line.isEmpty()) {
            var connection = engine.writing();
            line = Optional.of(new Line(connection, new Statements(connection, engine)));
        }
        return line.get();
    }

    private void hangUp() {
        line.ifPresent(old -> {
            try {
                old.connection().close();
            } catch (SQLException e) {
                LOG.atWarn().setCause(e).log("connection did not close");
            }
        });
        line = Optional.empty();
    }

    /// Lets what waits be written, and ends.
    @Override
    public void close() {
        closed = true;
        var wakeUp = new Unit<>(_ -> true);
        if (wakeUp.withdraw() && !waiting.offer(wakeUp))
            LOG.atDebug().log("database writer is awake anyway");
        try {
            if (!thread.join(CLOSE_WAIT)) LOG.atWarn().log("database writer did not end in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
