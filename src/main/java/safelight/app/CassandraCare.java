package safelight.app;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import javax.management.JMException;
import javax.management.JMRuntimeException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.jspecify.annotations.Nullable;

/// What `nodetool` would do on a node that has come new: bring the rows that others have.
final class CassandraCare {
    private static final String STORAGE = "org.apache.cassandra.db:type=StorageService";
    private static final Duration REPAIR_MOST = Duration.ofHours(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
    private static final Map<String, String> WHOLE =
            Map.of(
                    "parallelism", "parallel",
                    "primaryRange", "false",
                    "incremental", "false",
                    "jobThreads", "1",
                    "trace", "false");

    /// All token ranges, and all nodes, by Cassandra's own convention.
    private static final @Nullable String ALL = null;

    private CassandraCare() {}

    /// Streams what `source` has, then compares with all: a row that was written elsewhere a moment
    /// before may not have come to `source` yet.
    ///
    /// @throws IOException if the node does not do it
    @SuppressWarnings("BanJNDI") // the address is that of our own child, on loopback
    static void fill(LocalCassandra.Node node, String keyspace, String source)
            throws IOException, InterruptedException {
        var address =
                new JMXServiceURL(
                        "service:jmx:rmi:///jndi/rmi://127.0.0.1:%d/jmxrmi"
                                .formatted(node.jmxPort()));
        try (var connector = JMXConnectorFactory.connect(address)) {
            var server = connector.getMBeanServerConnection();
            var text = String.class.getName();
            call(
                    server,
                    "rebuild",
                    new String[] {text, text, text, text},
                    source,
                    keyspace,
                    ALL,
                    ALL);
            repair(server, keyspace);
        }
    }

    private static void repair(MBeanServerConnection server, String keyspace)
            throws IOException, InterruptedException {
        var types = new String[] {String.class.getName(), Map.class.getName()};
        var number = call(server, "repairAsync", types, keyspace, WHOLE);
        long deadline = System.nanoTime() + REPAIR_MOST.toNanos();
        while (System.nanoTime() < deadline) {
            var said = call(server, "getParentRepairStatus", new String[] {"int"}, number);
            var text = String.valueOf(said);
            if (text.contains("COMPLETED")) return;
            if (text.contains("FAILED"))
                throw new IOException("Cassandra's repair failed: " + text);
            Thread.sleep(LOOK_AGAIN);
        }
        throw new IOException("Cassandra's repair does not end");
    }

    private static Object call(
            MBeanServerConnection server, String what, String[] types, @Nullable Object... given)
            throws IOException {
        try {
            return server.invoke(new ObjectName(STORAGE), what, given, types);
        } catch (JMException | JMRuntimeException e) {
            throw new IOException("Cassandra refuses '" + what + "': " + e.getMessage(), e);
        }
    }
}
