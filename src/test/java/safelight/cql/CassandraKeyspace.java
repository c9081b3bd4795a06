package safelight.cql;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import safelight.base.Failure;

/// The keyspace on the shared node that all tests of this JVM use one after the other, since making
/// its tables takes seconds. Before each test, what it could meet of the others is removed.
public final class CassandraKeyspace implements BeforeEachCallback {
    private static final String NAME = "safelight";

    /// Together they last longer than the lock of a schema that the first one may leave behind.
    private static final int TRIES_MAX = 4;

    /// Longer than servers wait: how soon a request is given up is not what these tests are about.
    private static final Driver.Patience PATIENCE =
            new Driver.Patience(
                    Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(20));

    private static Optional<CqlCluster> shared = Optional.empty();

    private final List<String> emptied;

    /// These tables are emptied before each test as a whole.
    public CassandraKeyspace(String... emptied) {
        this.emptied = List.of(emptied);
    }

    /// The cluster, connected to the keyspace; not to be closed.
    public static synchronized CqlCluster cluster() {
        if (shared.isEmpty()) shared = Optional.of(opened());
        return shared.get();
    }

    private static CqlCluster opened() {
        for (int i = 1; ; i++)
            try {
                return CqlCluster.open(access(), PATIENCE);
            } catch (Failure e) {
                if (i == TRIES_MAX) throw e;
            }
    }

    /// Where it is.
    public static CqlAccess access() {
        return CassandraServer.shared().access(NAME);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        var _ = cluster();
        CassandraServer.shared().sweep(NAME);
        CassandraServer.shared().empty(NAME, emptied);
    }
}
