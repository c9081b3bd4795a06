package safelight.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// A PostgreSQL server, shared by any number of hosts: each write is a transaction of its own on a
/// pooled connection, and the server lets those that commit at once share a sync. What failed
/// before its commit was asked for has changed nothing, so it is tried again where that may help. A
/// commit whose answer is lost is not: nobody knows what became of it.
final class ManyWriters implements Traffic {
    private static final int TRIES_MAX = 4;
    private static final int IDLE_MIN = 2;
    private static final int TURNS = 1024;
    private static final Duration TURN_WAIT = Duration.ofSeconds(2);
    private static final Duration CONNECTION_WAIT = Duration.ofSeconds(2);
    private static final Duration ALIVE_WAIT = Duration.ofSeconds(1);
    // Less than a statement may take, so that a server which is silent is not asked twice.
    private static final Duration RETRY_WITHIN = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final Postgres engine;
    private final HikariDataSource pool;
    // Names that share a turn wait for each other in vain, which is rare and costs time only.
    private final List<ReentrantLock> turns =
            Stream.generate(() -> new ReentrantLock(true)).limit(TURNS).toList();

    ManyWriters(Postgres engine, int connections) {
        this.engine = engine;
        this.pool = pool(engine, connections);
    }

    /// Something to do on a connection of the pool.
    @FunctionalInterface
    private interface Try<T> {
        T on(Connection connection) throws SQLException;
    }

    /// The answer to a commit is lost, or it was refused for a reason that says nothing about it.
    private static final class Unconfirmed extends SQLException {
        private static final long serialVersionUID = 1L;

        Unconfirmed(SQLException cause) {
            super("the database did not confirm the commit", cause.getSQLState(), cause);
        }
    }

    @Override
    public <T> T read(Work<T> work) throws SQLException {
        return insist(connection -> run(work, connection));
    }

    @Override
    public <T> T write(Work<T> work) throws SQLException {
        return insist(connection -> transact(work, connection));
    }

    /// Of this process one at a time waits for the lock at the server, so that a busy account does
    /// not take all connections from the others.
    @Override
    public <T> T write(String lock, Work<T> work) throws SQLException {
        var turn = turns.get(Math.floorMod(lock.hashCode(), TURNS));
        try {
            if (!turn.tryLock(TURN_WAIT.toNanos(), TimeUnit.NANOSECONDS))
                throw new SQLTimeoutException("too many writes wait for the same lock");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while waiting for the database", e);
        }
        try {
            return write(statements -> {
                statements.lock(lock);
                return work.on(statements);
            });
        } finally {
            turn.unlock();
        }
    }

    private <T> T insist(Try<T> task) throws SQLException {
        long end = System.nanoTime() + RETRY_WITHIN.toNanos();
        for (int failed = 1; ; failed++) {
            var connection = pool.getConnection();
            try (connection) {
                return task.on(connection);
            } catch (SQLException e) {
                boolean isOver = failed == TRIES_MAX || System.nanoTime() > end;
                if (isOver || e instanceof Unconfirmed || !Postgres.isPassing(e)) throw e;
                // The others in the pool are likely to be in the same state.
                if (Postgres.isStale(e)) pool.getHikariPoolMXBean().softEvictConnections();
            }
            pause(failed);
        }
    }

    private <T> T transact(Work<T> work, Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        T result;
        try {
            result = run(work, connection);
        } catch (SQLException | RuntimeException | Error e) {
            rollBack(connection, e);
            throw e;
        }
        commit(connection);
        return result;
    }

    private <T> T run(Work<T> work, Connection connection) throws SQLException {
        try (var statements = new Statements(connection, engine)) {
            return work.on(statements);
        }
    }

    private static void commit(Connection connection) throws SQLException {
        try {
            connection.commit();
        } catch (SQLException e) {
            throw Postgres.isRolledBack(e) ? e : new Unconfirmed(e);
        }
    }

    private static void rollBack(Connection connection, Throwable cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /// Of two in a deadlock one went on, so there is nobody to keep out of step with.
    private static void pause(int failed) throws SQLException {
        try {
            Thread.sleep(PAUSE.multipliedBy(1L << failed));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while waiting for the database", e);
        }
    }

    @Override
    public int waiting() {
        return pool.getHikariPoolMXBean().getThreadsAwaitingConnection();
    }

    @Override
    public boolean isWriting() {
        return !pool.isClosed();
    }

    private static HikariDataSource pool(Postgres engine, int connections) {
        var config = new HikariConfig();
        config.setDataSource(engine.pooled());
        config.setPoolName("sql");
        config.setConnectionInitSql(Postgres.MANNERS);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(Math.min(IDLE_MIN, connections));
        config.setConnectionTimeout(CONNECTION_WAIT.toMillis());
        config.setValidationTimeout(ALIVE_WAIT.toMillis());
        // Whoever opens has looked at the database already.
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    @Override
    public void close() {
        pool.close();
    }
}
