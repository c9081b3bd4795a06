package safelight.catalog.cassandra;

import org.junit.jupiter.api.extension.RegisterExtension;
import safelight.catalog.BatchRows;
import safelight.catalog.JobRows;
import safelight.catalog.PhotoRows;
import safelight.catalog.WebhookRows;
import safelight.catalog.WebhookRowsContract;
import safelight.cql.CassandraKeyspace;

/// Webhooks in Cassandra.
class CassandraWebhooksIT extends WebhookRowsContract {
    @RegisterExtension static final CassandraKeyspace KEYSPACE = new CassandraKeyspace();

    @Override
    protected WebhookRows rows() {
        return new CassandraWebhooks(CassandraKeyspace.cluster(), clock);
    }

    @Override
    protected JobRows jobs() {
        return new CassandraJobs(CassandraKeyspace.cluster(), clock);
    }

    @Override
    protected BatchRows batches() {
        return new CassandraBatches(CassandraKeyspace.cluster(), clock);
    }

    @Override
    protected PhotoRows photos() {
        return new CassandraPhotos(CassandraKeyspace.cluster(), clock);
    }
}
