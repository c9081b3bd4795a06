package safelight.sessions.cassandra;

import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;
import safelight.cql.CassandraKeyspace;
import safelight.sessions.Sessions;
import safelight.sessions.SessionsContract;

/// Sessions in Cassandra.
class CassandraSessionsIT extends SessionsContract {
    @RegisterExtension
    static final CassandraKeyspace KEYSPACE =
            new CassandraKeyspace("session", "session_of_account", "sign_in_attempt");

    @Override
    protected Sessions sessions() {
        return new CassandraSessions(CassandraKeyspace.cluster(), Duration.ofDays(30));
    }

    @Override
    protected boolean forgetsWhenAsked() {
        return false;
    }

    @Override
    protected boolean countsExactly() {
        return false;
    }
}
