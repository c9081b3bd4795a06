package safelight.catalog.cassandra;

import org.junit.jupiter.api.extension.RegisterExtension;
import safelight.catalog.AccountRows;
import safelight.catalog.AccountRowsContract;
import safelight.cql.CassandraKeyspace;

/// Accounts in Cassandra.
class CassandraAccountsIT extends AccountRowsContract {
    @RegisterExtension static final CassandraKeyspace KEYSPACE = new CassandraKeyspace();

    @Override
    protected AccountRows rows() {
        return new CassandraAccounts(CassandraKeyspace.cluster());
    }
}
