package safelight.accounts;

import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;
import safelight.catalog.AccountRows;
import safelight.catalog.cassandra.CassandraAccounts;
import safelight.cql.CassandraKeyspace;
import safelight.sessions.Sessions;
import safelight.sessions.cassandra.CassandraSessions;

/// Both in one keyspace of Cassandra.
class CassandraEndsIT extends EndsContract {
    @RegisterExtension
    static final CassandraKeyspace KEYSPACE =
            new CassandraKeyspace("session", "session_of_account", "sign_in_attempt");

    @Override
    AccountRows rows() {
        return new CassandraAccounts(CassandraKeyspace.cluster());
    }

    @Override
    Sessions sessions() {
        return new CassandraSessions(CassandraKeyspace.cluster(), Duration.ofDays(30));
    }

    @Override
    void close() {
        // The cluster is that of all tests.
    }
}
