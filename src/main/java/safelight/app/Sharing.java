package safelight.app;

import java.net.URI;
import java.time.Clock;
import java.util.Map;
import safelight.blobs.Blobs;
import safelight.catalog.CenterRows;
import safelight.catalog.cassandra.CassandraCenters;
import safelight.catalog.cassandra.CassandraCopies;
import safelight.cql.CqlCluster;
import safelight.replication.DataCenters;
import safelight.replication.Peers;
import safelight.replication.ReplicatedBlobs;

/// What a data center shares with others, wired: the blobs that are here and elsewhere, and the
/// rows by which they hear of each other.
record Sharing(
        CenterRows centers, ReplicatedBlobs.Site site, ReplicatedBlobs blobs, Blobs blobsHere) {
    /// Over the blobs that are here.
    ///
    /// @throws CannotStart if the settings do not fit together
    static Sharing of(Config config, CqlCluster cluster, Blobs here, Clock clock, Running running) {
        var settings = config.centers().of(config.dataCenter());
        if (!cluster.dataCenter().equals(config.dataCenter()))
            throw new CannotStart(
                    "With replication.peers set, data-center ("
                            + config.dataCenter()
                            + ") and cassandra.data-center ("
                            + cluster.dataCenter()
                            + ") have to be the same.");
        var peers = running.add(new Peers(settings, System::nanoTime));
        running.add(new SettingsWatch(config, fresh -> peers.use(peers(fresh))));
        var copies = new CassandraCopies(cluster, clock);
        var site = new ReplicatedBlobs.Site(settings, copies, peers, clock);
        return new Sharing(
                new CassandraCenters(cluster, clock),
                site,
                new ReplicatedBlobs(here, site, config.data().resolve("tmp")),
                here);
    }

    /// Checked as at the start.
    private static Map<String, URI> peers(Config fresh) {
        return fresh.centers().of(fresh.dataCenter()).peers();
    }

    /// What people see of it.
    DataCenters dataCenters() {
        return DataCenters.of(centers, site.rows(), site.settings().own(), site.clock());
    }
}
