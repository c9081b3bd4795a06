package safelight.cql;

import java.util.List;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The keyspace on the shared node that all tests of this JVM use one after the other, since making
/// its tables takes seconds. Before each test, what it could meet of the others is removed.
public final class CassandraKeyspace implements BeforeEachCallback {
    private static final String NAME = "safelight";

    private final List<String> emptied;

    /// These tables are emptied before each test as a whole.
    public CassandraKeyspace(String... emptied) {
        this.emptied = List.of(emptied);
    }

    private static final class Shared {
        private static final CqlCluster CLUSTER = CqlCluster.open(access());
    }

    /// The cluster, connected to the keyspace; not to be closed.
    public static CqlCluster cluster() {
        return Shared.CLUSTER;
    }

    /// Where it is.
    public static CqlAccess access() {
        return CassandraServer.shared().access(NAME);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        cluster();
        CassandraServer.shared().sweep(NAME);
        CassandraServer.shared().empty(NAME, emptied);
    }
}
