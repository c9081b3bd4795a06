package safelight.replication;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import safelight.base.Bytes;

/// This data center and the others: where their replicators listen, and what all of them know.
/// `external` says that the object store copies blobs by itself; `pace` is how much is fetched a
/// second; `lostAfter` is how long a data center has to be silent to count as lost.
public record ReplicationSettings(
        String own,
        Map<String, URI> peers,
        String secret,
        boolean external,
        Bytes pace,
        Duration scanEvery,
        Duration lostAfter) {
    /// Refuses a secret that is none, and peers that name this data center.
    public ReplicationSettings {
        peers = Map.copyOf(peers);
        if (peers.containsKey(own))
            throw new IllegalArgumentException("data center " + own + " is its own peer");
        if (!peers.isEmpty() && secret.length() < 16)
            throw new IllegalArgumentException("replication.secret needs 16 characters");
    }

    /// Without the secret.
    @Override
    public String toString() {
        return "ReplicationSettings[own=%s, peers=%s, external=%s]".formatted(own, peers, external);
    }
}
