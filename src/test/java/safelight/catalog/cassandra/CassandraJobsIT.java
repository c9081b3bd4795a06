package safelight.catalog.cassandra;

import org.junit.jupiter.api.extension.RegisterExtension;
import safelight.catalog.JobRows;
import safelight.catalog.JobRowsContract;
import safelight.catalog.PhotoRows;
import safelight.cql.CassandraKeyspace;

/// Jobs in Cassandra.
class CassandraJobsIT extends JobRowsContract {
    @RegisterExtension static final CassandraKeyspace KEYSPACE = new CassandraKeyspace();

    @Override
    protected JobRows rows() {
        return new CassandraJobs(CassandraKeyspace.cluster(), clock);
    }

    @Override
    protected PhotoRows photos() {
        return new CassandraPhotos(CassandraKeyspace.cluster(), clock);
    }

    @Override
    protected boolean countsExactly() {
        return false;
    }

    @Override
    protected boolean forgetsWhenAsked() {
        return false;
    }
}
