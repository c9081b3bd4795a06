package safelight.cql;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.servererrors.CASWriteUnknownException;
import com.datastax.oss.driver.api.core.servererrors.InvalidConfigurationInQueryException;
import com.datastax.oss.driver.api.core.servererrors.WriteTimeoutException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The schema that this release works with. Its version is a row; changes are made by one process
/// at a time, which holds a lock (a conditional row that ends by itself), and each is awaited until
/// all nodes agree. Every statement says IF NOT EXISTS, so that a crash between is mended by the
/// next start.
final class Schema {
    /// In order, each once; see the first one for the rules.
    static final List<String> MIGRATIONS =
            List.of(
                    "V1__safelight.cql",
                    "V2__batches.cql",
                    "V3__webhooks.cql",
                    "V4__lanes.cql",
                    "V5__frames.cql",
                    "V6__centers.cql");

    static final int VERSION = MIGRATIONS.size();

    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);
    private static final String PLACE = "/safelight/db/cassandra/";
    private static final String NOTES = "schema_note";
    private static final int LOCK_SECONDS = 300;
    private static final Duration LOCK_WAIT = Duration.ofSeconds(1);
    private static final int LOCK_TRIES_MAX = 120;
    private static final Duration OTHERS_WAIT = Duration.ofMillis(50);
    private static final int OTHERS_TRIES_MAX = 200;

    private Schema() {}

    /// Brings the keyspace to this release's schema.
    static void migrate(CqlAccess access) {
        try (var session = Driver.forSchema(access)) {
            if (version(session, access.keyspace()) == VERSION) return;
            change(session, keyspace(access));
            change(session, notes(access.keyspace()));
            awaitOthers(session);
            var me = UUID.randomUUID().toString();
            lock(session, access.keyspace(), me);
            try {
                run(session, access.keyspace());
            } finally {
                unlock(session, access.keyspace(), me);
            }
        }
    }

    /// Refuses any schema but this release's.
    static void check(CqlSession session, String keyspace) {
        int found = version(session, keyspace);
        if (found < VERSION)
            throw new SchemaRefused(
                    has(keyspace, found)
                            + " and this release needs "
                            + VERSION
                            + ". Start `safelight serve` or `safelight web` of this release once:"
                            + " it brings the keyspace up to date.");
        // A node that has just come up may still be learning it; one that never does is its own
        // trouble.
        if (!session.checkSchemaAgreement())
            LOG.atWarn().addKeyValue("keyspace", keyspace).log("nodes disagree on the schema");
    }

    static SchemaRefused missing(String keyspace, Throwable cause) {
        return new SchemaRefused(
                "There is no keyspace "
                        + keyspace
                        + ". Start `safelight serve` or `safelight web` once: it makes one.",
                cause);
    }

    /// 0 if there is none yet; refuses a newer one.
    private static int version(CqlSession session, String keyspace) {
        var table =
                session.execute(
                                "SELECT table_name FROM system_schema.tables"
                                        + " WHERE keyspace_name = ? AND table_name = ?",
                                keyspace,
                                NOTES)
                        .one();
        if (table == null) return 0;
        var row =
                session.execute(
                                "SELECT value FROM %s.%s WHERE name = 'version'"
                                        .formatted(keyspace, NOTES))
                        .one();
        int version = row == null ? 0 : Integer.parseInt(String.valueOf(row.getString("value")));
        if (version > VERSION)
            throw new SchemaRefused(
                    has(keyspace, version)
                            + " and this release knows versions up to "
                            + VERSION
                            + ". Run the newer release, or restore a backup from before it.");
        return version;
    }

    private static String has(String keyspace, int version) {
        return "The keyspace %s has schema version %d".formatted(keyspace, version);
    }

    /// Adds copies in data centers that have none, and takes none away; false without a keyspace.
    static boolean spread(CqlAccess access) {
        try (var session = Driver.forSchema(access)) {
            var row =
                    session.execute(
                                    "SELECT replication FROM system_schema.keyspaces"
                                            + " WHERE keyspace_name = ?",
                                    access.keyspace())
                            .one();
            if (row == null) return false;
            var all = new TreeMap<String, Integer>(access.replication());
            var had = copies(row.getMap("replication", String.class, String.class));
            all.putAll(had);
            if (all.equals(had)) return true;
            alter(session, "ALTER KEYSPACE " + access.keyspace() + with(all));
            awaitOthers(session);
            return true;
        }
    }

    private static Map<String, Integer> copies(@Nullable Map<String, String> replication) {
        var copies = new TreeMap<String, Integer>();
        if (replication != null)
            replication.forEach((center, n) -> {
                if (!center.equals("class")) copies.put(center, Integer.parseInt(n));
            });
        return copies;
    }

    /// Nodes refuse a data center that they have not heard of, and a new one is heard of soon.
    private static void alter(CqlSession session, String cql) {
        for (int i = 1; ; i++) {
            try {
                change(session, cql);
                return;
            } catch (InvalidConfigurationInQueryException e) {
                if (i == LOCK_TRIES_MAX) throw e;
                pause();
            }
        }
    }

    private static String keyspace(CqlAccess access) {
        return "CREATE KEYSPACE IF NOT EXISTS " + access.keyspace() + with(access.replication());
    }

    private static String with(Map<String, Integer> replication) {
        var copies = new StringBuilder();
        new TreeMap<>(replication)
                .forEach((center, n) -> copies.append(", '%s': %d".formatted(center, n)));
        return " WITH replication = {'class': 'NetworkTopologyStrategy'%s}".formatted(copies);
    }

    /// With an id that everybody computes alike: two processes that start at once, on two nodes,
    /// would otherwise make two tables of one name.
    private static String notes(String keyspace) {
        var id = UUID.nameUUIDFromBytes((keyspace + "." + NOTES).getBytes(StandardCharsets.UTF_8));
        return "CREATE TABLE IF NOT EXISTS %s.%s (name text PRIMARY KEY, value text) WITH id = %s"
                .formatted(keyspace, NOTES, id);
    }

    private static void lock(CqlSession session, String keyspace, String me) {
        for (int i = 0; i < LOCK_TRIES_MAX; i++) {
            if (isTaken(session, keyspace, me)) return;
            pause();
        }
        throw new SchemaRefused(
                ("Another process has been changing the schema of keyspace %s for minutes. Look at"
                                + " it; its lock ends by itself after %d seconds.")
                        .formatted(keyspace, LOCK_SECONDS));
    }

    /// A try that did not end in time may have taken it; the next one sees who has it.
    private static boolean isTaken(CqlSession session, String keyspace, String me) {
        try {
            var row =
                    session.execute(
                                    ("INSERT INTO %s.%s (name, value) VALUES ('lock', ?)"
                                                    + " IF NOT EXISTS USING TTL %d")
                                            .formatted(keyspace, NOTES, LOCK_SECONDS),
                                    me)
                            .one();
            return row == null || row.getBoolean("[applied]") || me.equals(row.getString("value"));
        } catch (WriteTimeoutException | CASWriteUnknownException e) {
            LOG.atInfo().log("the lock of the schema is asked for again");
            return false;
        }
    }

    private static void unlock(CqlSession session, String keyspace, String me) {
        try {
            session.execute(
                    "DELETE FROM %s.%s WHERE name = 'lock' IF value = ?".formatted(keyspace, NOTES),
                    me);
        } catch (WriteTimeoutException | CASWriteUnknownException e) {
            LOG.atInfo().log("the lock of the schema is left to end by itself");
        }
    }

    private static void run(CqlSession session, String keyspace) {
        for (int done = version(session, keyspace); done < VERSION; done++) {
            for (var statement : statements(MIGRATIONS.get(done)))
                change(session, statement.replace("${keyspace}", keyspace));
            awaitOthers(session);
            session.execute(
                    "INSERT INTO %s.%s (name, value) VALUES ('version', ?)"
                            .formatted(keyspace, NOTES),
                    String.valueOf(done + 1));
        }
    }

    private static void change(CqlSession session, String cql) {
        var done = session.execute(SimpleStatement.newInstance(cql));
        if (!done.getExecutionInfo().isSchemaInAgreement() && !session.checkSchemaAgreement())
            throw new SchemaRefused(
                    "The nodes do not agree on the schema. Look at `nodetool describecluster`, then"
                            + " start again.");
    }

    /// The driver waits for the nodes of its own data center. Those of others refuse writes to a
    /// table that they do not know yet, so they get some time too; one that is down has to catch up
    /// by itself.
    private static void awaitOthers(CqlSession session) {
        for (int i = 0; i < OTHERS_TRIES_MAX; i++) {
            if (versions(session) == 1) return;
            LockSupport.parkNanos(OTHERS_WAIT.toNanos());
        }
        LOG.atWarn().log("a node does not follow the schema; is it down?");
    }

    private static long versions(CqlSession session) {
        var versions = new HashSet<String>();
        for (var table : List.of("system.local", "system.peers_v2"))
            for (var row : session.execute("SELECT schema_version FROM " + table))
                versions.add(String.valueOf(row.getUuid("schema_version")));
        return versions.size();
    }

    private static List<String> statements(String script) {
        try (InputStream in = Schema.class.getResourceAsStream(PLACE + script)) {
            if (in == null) throw new IllegalStateException("no script " + script);
            var text =
                    new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .replaceAll("(?m)^\\s*--.*$", "");
            return Arrays.stream(text.split(";", -1))
                    .map(String::strip)
                    .filter(s -> !s.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read script " + script, e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOCK_WAIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SchemaRefused("The start was interrupted.", e);
        }
    }
}
