package safelight.cql;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Where a Cassandra cluster is and what Safelight keeps in it. `contactPoints` are `host:port` of
/// nodes in `dataCenter`, the nearest one; `user` is empty if the cluster asks nobody;
/// `replication` says how many copies each data center holds, and counts only when the keyspace is
/// made.
public record CqlAccess(
        List<String> contactPoints,
        String dataCenter,
        String keyspace,
        String user,
        String password,
        Map<String, Integer> replication) {
    private static final Pattern POINT = Pattern.compile("(.{1,253}):(\\d{1,5})");
    private static final Pattern KEYSPACE = Pattern.compile("[a-z][a-z0-9_]{0,47}");
    private static final Pattern CENTER = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    /// Refuses names that Cassandra would not take, and a keyspace without copies here.
    public CqlAccess {
        contactPoints = List.copyOf(contactPoints);
        replication = Map.copyOf(replication);
        if (contactPoints.isEmpty())
            throw new IllegalArgumentException("Cassandra needs at least one contact point");
        for (var point : contactPoints)
            if (!POINT.matcher(point).matches())
                throw new IllegalArgumentException("not a contact point host:port: " + point);
        if (!KEYSPACE.matcher(keyspace).matches())
            throw new IllegalArgumentException("not a keyspace name: " + keyspace);
        for (var copies : replication.entrySet())
            if (!CENTER.matcher(copies.getKey()).matches() || copies.getValue() < 1)
                throw new IllegalArgumentException("not a replication: " + copies);
        if (!replication.containsKey(dataCenter))
            throw new IllegalArgumentException("no copies in data center " + dataCenter);
    }

    /// Without the password.
    @Override
    public String toString() {
        return "CqlAccess[contactPoints=%s, dataCenter=%s, keyspace=%s, user=%s, replication=%s]"
                .formatted(contactPoints, dataCenter, keyspace, user, replication);
    }
}
