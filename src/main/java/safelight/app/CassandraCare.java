package safelight.app;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.JMRuntimeException;
import javax.management.MBeanServerConnection;
import javax.management.Notification;
import javax.management.NotificationListener;
import javax.management.ObjectName;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.jspecify.annotations.Nullable;

/// What `nodetool` would do on a node that has come new: bring the rows that others have.
final class CassandraCare {
    private static final String STORAGE = "org.apache.cassandra.db:type=StorageService";
    private static final Duration REPAIR_MOST = Duration.ofHours(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
    // as in Cassandra's ProgressEventType
    private static final List<Integer> FAILED = List.of(2, 3);
    private static final int COMPLETE = 5;
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

    /// Follows what the node announces: how a repair stands it tells when asked in a class of
    /// Guava's, which is not here.
    private static void repair(MBeanServerConnection server, String keyspace)
            throws IOException, InterruptedException {
        var types = new String[] {String.class.getName(), Map.class.getName()};
        var heard = new LinkedBlockingQueue<Notification>();
        NotificationListener listener = (said, _) -> heard.add(said);
        try {
            server.addNotificationListener(new ObjectName(STORAGE), listener, null, null);
        } catch (JMException e) {
            throw new IOException("Cassandra announces nothing: " + e.getMessage(), e);
        }
        var source = "repair:" + call(server, "repairAsync", types, keyspace, WHOLE);
        long deadline = System.nanoTime() + REPAIR_MOST.toNanos();
        while (System.nanoTime() < deadline) {
            var said = heard.poll(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            if (said == null || !source.equals(said.getSource())) continue;
            if (!(said.getUserData() instanceof Map<?, ?> figures)) continue;
            if (Objects.equals(figures.get("type"), COMPLETE)) return;
            if (FAILED.contains(figures.get("type")))
                throw new IOException("Cassandra's repair failed: " + said.getMessage());
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
