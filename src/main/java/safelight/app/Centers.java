package safelight.app;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import safelight.base.Bytes;
import safelight.replication.ReplicationSettings;
import safelight.settings.Setting;
import safelight.settings.Settings;

/// This data center among others.
record Centers(Settings settings) {
    private static final String COPY = "copy";
    private static final String EXTERNAL = "external";

    static final Setting<Map<String, URI>> PEERS =
            new Setting<>(
                    "replication.peers",
                    "",
                    "The other data centers and where their replicators listen:"
                            + " `us-west=http://10.1.0.5:7080,eu=http://10.2.0.5:7080`; empty for"
                            + " none",
                    false,
                    Centers::peers);
    static final Setting<String> SECRET =
            Setting.secret(
                    "replication.secret",
                    "What replicators say to each other; the same everywhere, 16 characters at"
                            + " least");
    static final Setting<String> HOST =
            Setting.text("replication.host", "127.0.0.1", "Address that the replicator listens on");
    static final Setting<Integer> PORT =
            Setting.number("replication.port", 7080, 0, 65_535, "Its port; 0 for any free one");
    private static final Setting<String> BLOBS =
            Setting.choice(
                    "replication.blobs",
                    COPY,
                    List.of(COPY, EXTERNAL),
                    "Who copies photo bytes: `copy`, Safelight; `external`, the object store by"
                            + " itself");
    private static final Setting<Bytes> PACE =
            Setting.bytes("replication.pace", "64MiB", "Bytes fetched a second, on average");
    private static final Setting<Duration> SCAN =
            Setting.duration(
                    "replication.scan", "1h", "Time between comparisons of all rows and blobs");
    static final Setting<Duration> LOST =
            Setting.duration(
                    "replication.lost-after",
                    "1m",
                    "Silence after which a data center's unfinished jobs are taken over");

    static final List<Setting<?>> ALL = List.of(PEERS, SECRET, HOST, PORT, BLOBS, PACE, SCAN, LOST);

    /// There are others.
    boolean areSeveral() {
        return !settings.get(PEERS).isEmpty();
    }

    String host() {
        return settings.get(HOST);
    }

    int port() {
        return settings.get(PORT);
    }

    ReplicationSettings of(String own) {
        return new ReplicationSettings(
                own,
                settings.get(PEERS),
                settings.get(SECRET),
                settings.get(BLOBS).equals(EXTERNAL),
                settings.get(PACE),
                settings.get(SCAN),
                settings.get(LOST));
    }

    private static Map<String, URI> peers(String text) {
        var peers = new LinkedHashMap<String, URI>();
        if (text.isBlank()) return peers;
        for (var part : text.split(",", -1)) {
            var pair = part.strip().split("=", 2);
            if (pair.length != 2
                    || !pair[0].matches("[A-Za-z0-9_.-]{1,64}")
                    || !pair[1].matches("https?://[^\\s?#]+"))
                throw new IllegalArgumentException(
                        "is like us-west=http://10.1.0.5:7080, not " + part);
            peers.put(pair[0], URI.create(pair[1]));
        }
        return peers;
    }
}
