package safelight.fleet.cassandra;

import org.junit.jupiter.api.extension.RegisterExtension;
import safelight.cql.CassandraKeyspace;
import safelight.fleet.Fleet;
import safelight.fleet.FleetContract;

/// Leases in Cassandra.
class CassandraFleetIT extends FleetContract {
    @RegisterExtension static final CassandraKeyspace KEYSPACE = new CassandraKeyspace();

    @Override
    protected Fleet fleet() {
        return new CassandraFleet(CassandraKeyspace.cluster());
    }
}
