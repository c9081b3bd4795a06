package safelight.catalog.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
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

    /// The first try may have been carried out although nobody learned so.
    @Test
    void secondTryFindsWhatTheFirstHasDone() {
        var account = samples.account("ann@example.org");
        var added = rows().add(account);

        assertThat(rows().add(account)).isEqualTo(added).isPresent();

        assertThat(rows().findByEmail("ann@example.org")).isEqualTo(added);
    }
}
