package safelight.app;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import safelight.observe.Meters;
import safelight.replication.BlobDoor;
import safelight.replication.CenterWatch;
import safelight.replication.Copier;
import safelight.replication.Lag;
import safelight.replication.Repair;

/// A replicator, wired: shows the other data centers what is here, fetches what is there, repairs,
/// and watches who is lost and when this one has caught up.
final class ReplicatorNode implements AutoCloseable {
    private final Running running = new Running();
    private final Sharing sharing;
    private final BlobDoor door;

    /// Works once this returns.
    ReplicatorNode(Config config, Sharing sharing, CenterWatch.Signs signs, Meters meters)
            throws IOException {
        this.sharing = sharing;
        var site = sharing.site();
        this.door =
                running.add(
                        new BlobDoor(
                                new InetSocketAddress(
                                        config.centers().host(), config.centers().port()),
                                site.settings().secret(),
                                sharing.blobsHere(),
                                sharing.centers()::owed));
        show(meters);
        var copier = running.add(new Copier(sharing.blobs(), site, System::nanoTime));
        running.add(new Repair(sharing.blobs(), site, meters, System::nanoTime));
        running.add(
                new CenterWatch(sharing.centers(), site, signs, copier::backlog, System::nanoTime));
        if (config.opsPort() > 0)
            running.add(
                    new OpsServer(
                            config.opsHost(), config.opsPort(), this::complaints, meters::scrape));
    }

    int port() {
        return door.port();
    }

    private List<String> complaints() {
        Optional<String> waits = sharing.dataCenters().trafficWaitsFor();
        return waits.map(List::of).orElse(List.of());
    }

    /// Each look reads the line, so all figures of one data center cost one read each.
    private void show(Meters meters) {
        var site = sharing.site();
        meters.gauge("safelight_replication_fetched_blobs", sharing.blobs()::blobsCome);
        meters.gauge("safelight_replication_fetched_bytes", sharing.blobs()::bytesCome);
        var own = site.settings().own();
        meters.gauge(
                "safelight_replication_waiting_blobs", () -> lag(own).waiting(), "center", own);
        meters.gauge(
                "safelight_replication_waiting_bytes",
                () -> lag(own).bytes().count(),
                "center",
                own);
        meters.gauge(
                "safelight_replication_oldest_seconds",
                () -> lag(own).oldest().toMillis() / 1000.0,
                "center",
                own);
    }

    private Lag lag(String center) {
        return Lag.of(sharing.site().rows(), center, sharing.site().clock().instant());
    }

    @Override
    public void close() {
        running.close();
    }
}
