package safelight.cql;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Conditions that all data centers agree on, over a connection of their own: when one of them ends
/// by a timeout, since another data center cannot be reached, Cassandra 5.0 closes the connection
/// on which it was asked, and nothing else must suffer for that. Connected by the first condition;
/// thread-safe.
final class Everywhere implements AutoCloseable {
    private final Supplier<CqlSession> connect;
    private final ReentrantLock lock = new ReentrantLock();
    private Optional<CqlSession> session = Optional.empty();

    Everywhere(Supplier<CqlSession> connect) {
        this.connect = connect;
    }

    /// Whether the statement was carried out; its parameters are texts.
    boolean applied(String cql, Object... parameters) {
        var texts = new Object[parameters.length];
        for (int i = 0; i < texts.length; i++) texts[i] = parameters[i].toString();
        return session()
                .execute(
                        SimpleStatement.newInstance(cql, texts)
                                .setIdempotent(false)
                                .setSerialConsistencyLevel(DefaultConsistencyLevel.SERIAL))
                .wasApplied();
    }

    private CqlSession session() {
        lock.lock();
        try {
            if (session.isEmpty()) session = Optional.of(connect.get());
            return session.get();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            session.ifPresent(CqlSession::close);
        } finally {
            lock.unlock();
        }
    }
}
