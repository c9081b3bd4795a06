package safelight.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs SQL on one connection. Parameters may be texts, numbers, booleans, times, constants of
/// enums, ids and digests by their text, and Optional for what may be missing. Keeps prepared
/// statements while it lives; used by one thread at a time.
public final class Statements implements AutoCloseable {
    private static final int KEPT_MAX = 128;

    private final Connection connection;
    private final Dialect dialect;
    private final Map<String, PreparedStatement> kept = new LinkedHashMap<>();

    Statements(Connection connection, Dialect dialect) {
        this.connection = connection;
        this.dialect = dialect;
    }

    /// Waits until no other transaction holds the lock of this name, and holds it until this one
    /// ends. To be taken before what it guards is read, and where several are needed, by all in the
    /// same order. Costs nothing where there is one writer.
    public void lock(String name) throws SQLException {
        var sql = dialect.lock();
        if (sql.isPresent()) one(sql.get(), row -> row.number("n"), name);
    }

    /// Changes rows; returns how many.
    public int update(String sql, Object... parameters) throws SQLException {
        return prepared(sql, parameters).executeUpdate();
    }

    /// Changes rows once for each of the lists of parameters.
    public void updateEach(String sql, List<List<Object>> parameters) throws SQLException {
        if (parameters.isEmpty()) return;
        var statement = prepared(sql);
        try {
            for (var some : parameters) {
                bind(statement, some.toArray());
                statement.addBatch();
            }
            statement.executeBatch();
        } finally {
            // The statement is kept for others.
            statement.clearBatch();
        }
    }

    /// The first row, if there is one.
    public <T> Optional<T> one(String sql, Row.Reader<T> reader, Object... parameters)
            throws SQLException {
        try (var rows = prepared(sql, parameters).executeQuery()) {
            return rows.next() ? Optional.of(reader.read(new Row(rows))) : Optional.empty();
        }
    }

    /// All rows; the SQL limits them.
    public <T> List<T> all(String sql, Row.Reader<T> reader, Object... parameters)
            throws SQLException {
        try (var rows = prepared(sql, parameters).executeQuery()) {
            var found = new ArrayList<T>();
            var row = new Row(rows);
            while (rows.next()) found.add(reader.read(row));
            return found;
        }
    }

    /// The number that the first row has in its column `n`; 0 without a row.
    public long number(String sql, Object... parameters) throws SQLException {
        return one(sql, row -> row.number("n"), parameters).orElse(0L);
    }

    private PreparedStatement prepared(String sql, Object... parameters) throws SQLException {
        var statement = kept.get(sql);
        if (statement == null) {
            if (kept.size() >= KEPT_MAX) forget();
            statement = connection.prepareStatement(sql);
            kept.put(sql, statement);
        }
        bind(statement, parameters);
        return statement;
    }

    private void bind(PreparedStatement statement, Object[] parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) bind(statement, i + 1, parameters[i]);
    }

    private void bind(PreparedStatement statement, int at, Object value) throws SQLException {
        switch (value) {
            case Optional<?> maybe when maybe.isPresent() -> bind(statement, at, maybe.get());
            case Optional<?> _ -> statement.setNull(at, Types.NULL);
            case Boolean flag -> statement.setInt(at, flag ? 1 : 0);
            case Instant time -> statement.setLong(at, Row.micros(time));
            case Integer number -> statement.setInt(at, number);
            case Long number -> statement.setLong(at, number);
            case Double number -> statement.setDouble(at, number);
            case Enum<?> constant -> statement.setString(at, constant.name());
            default -> statement.setString(at, dialect.text(value.toString()));
        }
    }

    private void forget() throws SQLException {
        for (var statement : kept.values()) statement.close();
        kept.clear();
    }

    @Override
    public void close() throws SQLException {
        forget();
    }
}
