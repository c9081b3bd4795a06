package safelight.catalog.cassandra;

import org.junit.jupiter.api.extension.RegisterExtension;
import safelight.catalog.BatchRows;
import safelight.catalog.BatchRowsContract;
import safelight.catalog.JobRows;
import safelight.catalog.PhotoRows;
import safelight.cql.CassandraKeyspace;

/// Batches in Cassandra.
class CassandraBatchesIT extends BatchRowsContract {
    @RegisterExtension static final CassandraKeyspace KEYSPACE = new CassandraKeyspace();

    @Override
    protected BatchRows rows() {
        return batches();
    }

    private CassandraBatches batches() {
        return new CassandraBatches(CassandraKeyspace.cluster(), clock);
    }

    @Override
    protected JobRows jobs() {
        return new CassandraJobs(CassandraKeyspace.cluster(), clock);
    }

    @Override
    protected PhotoRows photos() {
        return new CassandraPhotos(CassandraKeyspace.cluster(), clock);
    }
}
