package safelight.cql;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.DriverTimeoutException;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BatchType;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatementBuilder;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.ResultSet;
import com.datastax.oss.driver.api.core.servererrors.QueryExecutionException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs CQL. Parameters may be texts, numbers, booleans, times (kept as microseconds), constants of
/// enums, and ids and digests by their text. An empty Optional is left out of an INSERT, since a
/// null there would be a tombstone, and clears the column in any other statement. Statements are
/// prepared once for each cluster; thread-safe.
public final class Statements {
    private static final int KEPT_MAX = 512;
    private static final int AT_ONCE_MAX = 64;
    private static final Duration ELSEWHERE_MOST = Duration.ofSeconds(2);
    private static final String APPLIED = "[applied]";
    private static final Logger LOG = LoggerFactory.getLogger(Statements.class);

    private final CqlSession session;
    private final Everywhere everywhere;
    private final Map<String, PreparedStatement> kept = new ConcurrentHashMap<>();

    Statements(CqlSession session, Everywhere everywhere) {
        this.session = session;
        this.everywhere = everywhere;
    }

    boolean isClosed() {
        return session.isClosed();
    }

    /// Changes rows, whatever they were before.
    public void change(String cql, Object... parameters) {
        session.execute(bound(cql, List.of(parameters)).setIdempotent(true));
    }

    /// Changes rows without a second try, since that would do it twice.
    public void changeOnce(String cql, Object... parameters) {
        session.execute(bound(cql, List.of(parameters)).setIdempotent(false));
    }

    /// Changes rows all or none: once the cluster has noted the batch, a crash of nodes or of this
    /// process delays the rest and loses nothing. Others may see some of the changes before the
    /// rest.
    public void all(List<Change> changes) {
        if (changes.isEmpty()) return;
        if (changes.size() == 1) together(changes);
        else session.execute(batch(BatchType.LOGGED, changes).setIdempotent(true));
    }

    /// Changes rows of one partition, which is one write.
    public void together(List<Change> changes) {
        if (changes.isEmpty()) return;
        session.execute(batch(BatchType.UNLOGGED, changes).setIdempotent(true));
    }

    /// Changes rows of many partitions side by side; a crash may leave some of them undone.
    public void each(List<Change> changes) {
        for (int from = 0; from < changes.size(); from += AT_ONCE_MAX) {
            var part = changes.subList(from, Math.min(from + AT_ONCE_MAX, changes.size()));
            var sent = new ArrayList<CompletionStage<AsyncResultSet>>();
            for (var change : part)
                sent.add(session.executeAsync(bound(change).setIdempotent(true)));
            sent.forEach(Statements::await);
        }
    }

    /// A conditional statement (Paxos): whether it was carried out.
    public boolean applied(String cql, Object... parameters) {
        return session.execute(bound(cql, List.of(parameters)).setIdempotent(false)).wasApplied();
    }

    /// A conditional statement that all data centers agree on: whether it was carried out. Fails
    /// where a majority of all copies, not only of those here, cannot be reached. Its parameters
    /// are texts, or ids and digests. What was once decided so is always decided so: the two kinds
    /// of conditions do not see each other.
    public boolean appliedEverywhere(String cql, Object... parameters) {
        return everywhere.applied(cql, parameters);
    }

    /// Conditional statements on one partition: whether they were carried out, all or none.
    public boolean applied(List<Change> changes) {
        return session.execute(batch(BatchType.LOGGED, changes).setIdempotent(false)).wasApplied();
    }

    /// A conditional INSERT: empty if it was carried out, otherwise the row that was there.
    public <T> Optional<T> unless(String cql, Row.Reader<T> reader, Object... parameters) {
        var row = session.execute(bound(cql, List.of(parameters)).setIdempotent(false)).one();
        if (row == null || row.getBoolean(APPLIED)) return Optional.empty();
        return Optional.of(reader.read(new Row(row)));
    }

    /// The first row, if there is one.
    public <T> Optional<T> one(String cql, Row.Reader<T> reader, Object... parameters) {
        var row = rows(cql, parameters).one();
        return row == null ? Optional.empty() : Optional.of(reader.read(new Row(row)));
    }

    /// Reads all copies of rows, those in other data centers among them, so that the ones that
    /// differ are mended; whether all could be reached. Waits for them two seconds at most.
    public boolean compare(String cql, Object... parameters) {
        var statement =
                bound(cql, List.of(parameters))
                        .setIdempotent(true)
                        .setTimeout(ELSEWHERE_MOST)
                        .setConsistencyLevel(DefaultConsistencyLevel.ALL);
        try {
            session.execute(statement);
            return true;
        } catch (AllNodesFailedException | QueryExecutionException | DriverTimeoutException e) {
            LOG.atDebug().setCause(e).log("not all copies are in reach");
            return false;
        }
    }

    /// All rows; the CQL limits them.
    public <T> List<T> all(String cql, Row.Reader<T> reader, Object... parameters) {
        var found = new ArrayList<T>();
        for (var row : rows(cql, parameters)) found.add(reader.read(new Row(row)));
        return found;
    }

    /// The first row of each of several reads, side by side, in their order.
    public <T> List<Optional<T>> ones(List<Change> reads, Row.Reader<T> reader) {
        var found = new ArrayList<Optional<T>>();
        for (int from = 0; from < reads.size(); from += AT_ONCE_MAX) {
            var part = reads.subList(from, Math.min(from + AT_ONCE_MAX, reads.size()));
            var sent = new ArrayList<CompletionStage<AsyncResultSet>>();
            for (var read : part) sent.add(session.executeAsync(bound(read).setIdempotent(true)));
            for (var answer : sent)
                found.add(
                        Optional.ofNullable(await(answer).one())
                                .map(row -> reader.read(new Row(row))));
        }
        return found;
    }

    /// A time as it is kept, and as a write timestamp.
    public static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    private ResultSet rows(String cql, Object... parameters) {
        return session.execute(bound(cql, List.of(parameters)).setIdempotent(true));
    }

    private BatchStatement batch(BatchType type, List<Change> changes) {
        var batch = BatchStatement.builder(type);
        for (var change : changes) batch.addStatement(bound(change));
        return batch.build();
    }

    private BoundStatement bound(Change change) {
        return bound(change.cql(), change.parameters());
    }

    private BoundStatement bound(String cql, List<Object> parameters) {
        var statement = prepared(cql).boundStatementBuilder();
        boolean isInsert = cql.startsWith("INSERT");
        for (int i = 0; i < parameters.size(); i++)
            statement = with(statement, i, parameters.get(i), isInsert);
        return statement.build();
    }

    private PreparedStatement prepared(String cql) {
        var known = kept.get(cql);
        if (known != null) return known;
        if (kept.size() >= KEPT_MAX)
            throw new IllegalStateException("CQL is constant, but this is a new one: " + cql);
        var made = session.prepare(cql);
        kept.put(cql, made);
        return made;
    }

    private static BoundStatementBuilder with(
            BoundStatementBuilder statement, int at, Object value, boolean isInsert) {
        return switch (value) {
            case Optional<?> maybe when maybe.isPresent() ->
                    with(statement, at, maybe.get(), isInsert);
            case Optional<?> _ when isInsert -> statement.unset(at);
            case Optional<?> _ -> statement.setToNull(at);
            case Boolean flag -> statement.setBoolean(at, flag);
            case Instant time -> statement.setLong(at, micros(time));
            case Integer number -> statement.setInt(at, number);
            case Long number -> statement.setLong(at, number);
            case Double number -> statement.setDouble(at, number);
            case Enum<?> constant -> statement.setString(at, constant.name());
            default -> statement.setString(at, value.toString());
        };
    }

    /// Not for ever: the driver ends every request in time.
    private static AsyncResultSet await(CompletionStage<AsyncResultSet> answer) {
        try {
            return answer.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof DriverException cause) throw cause.copy();
            throw e;
        }
    }
}
