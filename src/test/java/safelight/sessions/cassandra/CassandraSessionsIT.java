package safelight.sessions.cassandra;

import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;
import safelight.cql.CassandraKeyspace;
import safelight.sessions.Sessions;
import safelight.sessions.SessionsContract;

/// Sessions in Cassandra.
class CassandraSessionsIT extends SessionsContract {
    @RegisterExtension static final CassandraKeyspace KEYSPACE = new CassandraKeyspace("sessions");

    @Override
    protected Sessions sessions() {
        return new CassandraSessions(KEYSPACE.cluster(), Duration.ofDays(30));
    }

    @Override
    protected boolean forgetsWhenAsked() {
        return false;
    }
}
