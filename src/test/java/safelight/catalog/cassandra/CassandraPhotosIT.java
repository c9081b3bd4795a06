package safelight.catalog.cassandra;

import org.junit.jupiter.api.extension.RegisterExtension;
import safelight.catalog.AccountRows;
import safelight.catalog.JobRows;
import safelight.catalog.PhotoRows;
import safelight.catalog.PhotoRowsContract;
import safelight.cql.CassandraKeyspace;

/// Photos in Cassandra.
class CassandraPhotosIT extends PhotoRowsContract {
    @RegisterExtension static final CassandraKeyspace KEYSPACE = new CassandraKeyspace();

    @Override
    protected PhotoRows rows() {
        return new CassandraPhotos(CassandraKeyspace.cluster(), clock);
    }

    @Override
    protected JobRows jobs() {
        return new CassandraJobs(CassandraKeyspace.cluster(), clock);
    }

    @Override
    protected AccountRows accounts() {
        return new CassandraAccounts(CassandraKeyspace.cluster());
    }
}
