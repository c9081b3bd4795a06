package safelight.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is particular about PostgreSQL: how a connection is made and behaves, how many writers keep
/// out of each other's way, and what its SQLSTATEs mean
/// (https://www.postgresql.org/docs/current/errcodes-appendix.html).
final class Postgres implements Dialect {
    private static final Logger LOG = LoggerFactory.getLogger(Postgres.class);

    /// What each pooled connection is told, whatever the server's or the user's defaults are. The
    /// last lets go of locks that a stopped process holds. Commits are synced here at least; who
    /// set something stricter for a replica keeps it.
    static final String MANNERS =
            """
            SELECT set_config('statement_timeout', '3s', false),
                set_config('default_transaction_isolation', 'read committed', false),
                set_config('jit', 'off', false),
                set_config('synchronous_commit',
                    CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
                        ELSE current_setting('synchronous_commit') END, false),
                set_config('idle_in_transaction_session_timeout', '10s', false)\
            """;

    private static final String DISK_FULL = "53100";
    private static final Set<String> ROLLED_BACK = Set.of("40001", "40P01");
    private static final String CONNECTION_CLASS = "08";

    /// The server stops or starts, became a replica, or a migration changed a prepared result.
    private static final Set<String> STALE =
            Set.of("57P01", "57P02", "57P03", "25006", "25P03", "0A000");

    private static final Set<String> STARTING = Set.of("08001", "08006", "57P03");
    private static final Duration START_WAIT = Duration.ofSeconds(15);
    private static final Duration START_PAUSE = Duration.ofMillis(250);
    private static final Duration CONNECT_WAIT = Duration.ofSeconds(2);

    /// Longer than the statement's own limit: this is for a server that says nothing any more.
    private static final Duration ANSWER_WAIT = Duration.ofSeconds(4);

    /// An arbitrary number that keeps the locks' names apart from those of other programs.
    private static final String SEED = "8170";

    private final PostgresAccess access;

    Postgres(PostgresAccess access) {
        this.access = access;
    }

    @Override
    public DataSource source() {
        return source(Map.of());
    }

    /// Connections whose statements do not wait for a dead server.
    DataSource pooled() {
        return source(Map.of("socketTimeout", String.valueOf(ANSWER_WAIT.toSeconds())));
    }

    private DataSource source(Map<String, String> more) {
        var defaults = new LinkedHashMap<>(more);
        defaults.put("connectTimeout", String.valueOf(CONNECT_WAIT.toSeconds()));
        defaults.put("tcpKeepAlive", "true");
        defaults.put("targetServerType", "primary");
        defaults.put("ApplicationName", "safelight");
        var url = new StringBuilder(access.url());
        var mark = access.url().contains("?") ? "&" : "?";
        for (var entry : defaults.entrySet()) {
            if (access.url().contains(entry.getKey() + "=")) continue;
            url.append(mark).append(entry.getKey()).append('=').append(entry.getValue());
            mark = "&";
        }
        var source = new PGSimpleDataSource();
        source.setUrl(url.toString());
        source.setUser(access.user());
        source.setPassword(access.password());
        return source;
    }

    /// A connection to a database that Safelight can work in, once the server takes connections.
    Connection first() throws SQLException {
        long end = System.nanoTime() + START_WAIT.toNanos();
        while (true) {
            try {
                return examined(pooled().getConnection());
            } catch (SQLException e) {
                if (System.nanoTime() > end || !STARTING.contains(state(e))) throw e;
                pause();
            }
        }
    }

    private static Connection examined(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row =
                        statement.executeQuery(
                                "SELECT current_setting('server_encoding'),"
                                        + " current_setting('fsync')")) {
            row.next();
            if (!row.getString(1).equals("UTF8"))
                throw new SQLException(
                        "its encoding is " + row.getString(1) + ", and has to be UTF8");
            if (!row.getString(2).equals("on"))
                LOG.atWarn().log("the database server runs with fsync off and may lose anything");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static void pause() throws SQLException {
        try {
            Thread.sleep(START_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while waiting for the database", e);
        }
    }

    @Override
    public String migrations() {
        return "safelight/db/postgresql";
    }

    @Override
    public boolean hasTable(Connection connection, String name) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
            statement.setString(1, name);
            try (var row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /// The lock belongs to its connection, so it goes with a process that dies.
    @Override
    public void alone(Migration work) throws SQLException {
        try (var connection = source().getConnection();
                var statements = new Statements(connection, this)) {
            statements.one(
                    "SELECT 1 AS n FROM pg_advisory_lock(hashtextextended(?, " + SEED + "))",
                    row -> row.number("n"),
                    "migration");
            work.run();
        }
    }

    @Override
    public Optional<String> lock() {
        return Optional.of(
                "SELECT 1 AS n FROM pg_advisory_xact_lock(hashtextextended(?, " + SEED + "))");
    }

    /// The one character that PostgreSQL refuses in a text becomes the one for such cases.
    @Override
    public String text(String value) {
        return value.replace('\0', '\uFFFD');
    }

    @Override
    public boolean isFull(SQLException e) {
        return state(e).equals(DISK_FULL);
    }

    /// Whether a transaction that failed like this before its commit may succeed the next time.
    static boolean isPassing(SQLException e) {
        return isRolledBack(e) || isStale(e);
    }

    /// Whether the server says that it took everything back because of others.
    static boolean isRolledBack(SQLException e) {
        return ROLLED_BACK.contains(state(e));
    }

    /// Whether the connection, not the work, is what failed.
    static boolean isStale(SQLException e) {
        return state(e).startsWith(CONNECTION_CLASS) || STALE.contains(state(e));
    }

    private static String state(SQLException e) {
        return Optional.ofNullable(e.getSQLState()).orElse("");
    }
}
