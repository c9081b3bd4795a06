package safelight.cql;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A keyspace of one test class on the shared node, empty before each test.
public final class CassandraKeyspace
        implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
    private final String name;
    private CqlCluster cluster;

    /// Named so.
    public CassandraKeyspace(String name) {
        this.name = name;
    }

    /// The cluster, connected to the keyspace.
    public CqlCluster cluster() {
        return cluster;
    }

    /// Where it is.
    public CqlAccess access() {
        return CassandraServer.shared().access(name);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        cluster = CqlCluster.open(access());
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        CassandraServer.shared().empty(name);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        cluster.close();
    }
}
