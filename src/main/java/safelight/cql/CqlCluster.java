package safelight.cql;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.InvalidKeyspaceException;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.metadata.NodeState;
import com.datastax.oss.driver.api.core.servererrors.QueryValidationException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import safelight.base.Failure;
import safelight.base.Problem;

/// A Cassandra cluster with Safelight's keyspace in it. Answers or fails within five seconds, and
/// finds its way back by itself after an outage. Thread-safe.
public final class CqlCluster implements AutoCloseable {
    private static final int TRIES_MAX = 20;
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final CqlSession session;
    private final Everywhere everywhere;
    private final Statements statements;
    private final String dataCenter;

    private CqlCluster(CqlSession session, CqlAccess access, Driver.Patience patience) {
        this.session = session;
        this.everywhere = new Everywhere(() -> Driver.inKeyspace(access, patience));
        this.statements = new Statements(session, everywhere);
        this.dataCenter = access.dataCenter();
    }

    /// Connects, and brings the keyspace to this release's schema; makes it if it is not there.
    ///
    /// @throws SchemaRefused if the keyspace belongs to a newer release
    /// @throws CannotConnect if no contact point answers
    public static CqlCluster open(CqlAccess access) {
        return open(access, Driver.PATIENCE);
    }

    /// Like the other one, with limits of the caller's own.
    static CqlCluster open(CqlAccess access, Driver.Patience patience) {
        return connected(access, patience, true);
    }

    /// Connects to a keyspace that another process keeps up to date.
    ///
    /// @throws SchemaRefused if the keyspace belongs to a newer or an older release, or is missing
    /// @throws CannotConnect if no contact point answers
    public static CqlCluster join(CqlAccess access) {
        return connected(access, Driver.PATIENCE, false);
    }

    /// Gives the keyspace copies in the data centers of `access.replication` that have none yet.
    /// Returns whether there is a keyspace.
    ///
    /// @throws CannotConnect if no contact point answers
    public static boolean spread(CqlAccess access) {
        try {
            return Schema.spread(access);
        } catch (DriverException | IllegalStateException e) {
            throw new CannotConnect(access.contactPoints(), e);
        }
    }

    /// While another process makes the keyspace, a node may not know its tables yet.
    private static void migrate(CqlAccess access) {
        for (int i = 1; ; i++) {
            try {
                Schema.migrate(access);
                return;
            } catch (QueryValidationException e) {
                if (i == TRIES_MAX) throw e;
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private static CqlCluster connected(
            CqlAccess access, Driver.Patience patience, boolean isMigrating) {
        try {
            if (isMigrating) migrate(access);
            return checked(Driver.inKeyspace(access, patience), access, patience);
        } catch (InvalidKeyspaceException e) {
            throw Schema.missing(access.keyspace(), e);
        } catch (QueryValidationException e) {
            throw new SchemaRefused(
                    "The keyspace " + access.keyspace() + " cannot be used: " + e.getMessage(), e);
        } catch (DriverException e) {
            throw new CannotConnect(access.contactPoints(), e);
        } catch (IllegalStateException e) {
            // The driver's way to say that no contact point is in the data center.
            throw new CannotConnect(access.contactPoints(), e);
        }
    }

    private static CqlCluster checked(
            CqlSession session, CqlAccess access, Driver.Patience patience) {
        try {
            Schema.check(session, access.keyspace());
            return new CqlCluster(session, access, patience);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /// This cluster with failures in the words of a port.
    public Access in(Wording wording) {
        return new Access(statements, wording);
    }

    /// The data center whose nodes are asked.
    public String dataCenter() {
        return dataCenter;
    }

    /// How many files of writes that a data center missed the nodes here keep for it. A node that
    /// cannot be asked counts as one.
    public int owed(String otherDataCenter) {
        int files = 0;
        for (var node : session.getMetadata().getNodes().values()) {
            if (!dataCenter.equals(node.getDatacenter())) continue;
            files += node.getState() == NodeState.UP ? owedBy(node, otherDataCenter) : 1;
        }
        return files;
    }

    private int owedBy(Node node, String otherDataCenter) {
        int files = 0;
        var ask = SimpleStatement.newInstance("SELECT dc, files FROM system_views.pending_hints");
        for (var row : session.execute(ask.setNode(node)))
            if (otherDataCenter.equals(row.getString("dc"))) files += row.getInt("files");
        return files;
    }

    /// Whether a node answers now.
    public boolean isAnswering() {
        try {
            return statements
                    .one("SELECT release_version FROM system.local", row -> true)
                    .isPresent();
        } catch (DriverException | IllegalStateException e) {
            return false;
        }
    }

    /// Closes all connections.
    @Override
    public void close() {
        everywhere.close();
        session.close();
    }

    /// No contact point answers as it should.
    public static final class CannotConnect extends Failure {
        private static final long serialVersionUID = 1L;

        CannotConnect(List<String> points, Throwable cause) {
            super(
                    Problem.passing(
                            "SL-CQL-02",
                            503,
                            "Cassandra cannot be reached",
                            "Cassandra cannot be reached at "
                                    + String.join(", ", points)
                                    + ": "
                                    + reason(cause)
                                    + ". Check the addresses, the data center's name and the"
                                    + " credentials, and whether the nodes run."),
                    cause);
        }

        private static String reason(Throwable cause) {
            if (!(cause instanceof AllNodesFailedException failed))
                return String.valueOf(cause.getMessage());
            return failed.getAllErrors().values().stream()
                    .flatMap(List::stream)
                    .map(Throwable::getMessage)
                    .findFirst()
                    .orElse("no node is connected");
        }
    }
}
