package safelight.app;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import safelight.blobs.s3.S3Access;
import safelight.cql.CqlAccess;
import safelight.sessions.redis.RedisAccess;
import safelight.settings.Setting;
import safelight.settings.Settings;
import safelight.sql.PostgresAccess;

/// Which engines hold the data, and how to reach them.
record Engines(Settings settings) {
    static final String SQLITE = "sqlite";
    static final String POSTGRESQL = "postgresql";
    static final String CASSANDRA = "cassandra";
    static final String REDIS = "redis";
    static final String FILES = "files";
    static final String S3 = "s3";
    private static final String AS_CATALOG = "catalog";

    static final Setting<String> CATALOG =
            Setting.choice(
                    "catalog.engine",
                    SQLITE,
                    List.of(SQLITE, POSTGRESQL, CASSANDRA),
                    "Where accounts, photos and jobs are: `sqlite`, `postgresql` or `cassandra`");
    static final Setting<String> SESSIONS =
            Setting.choice(
                    "sessions.engine",
                    AS_CATALOG,
                    List.of(AS_CATALOG, REDIS, POSTGRESQL, CASSANDRA),
                    "Where sessions are: with the `catalog`, or `redis`, `postgresql`,"
                            + " `cassandra`");
    private static final Setting<Duration> ACCOUNTS_CACHED =
            Setting.duration(
                    "accounts.cached",
                    "5s",
                    "A web server may remember an account for so long; at most 5s, 0s for not at"
                            + " all");
    private static final Setting<String> BLOBS =
            Setting.choice(
                    "blobs.engine",
                    FILES,
                    List.of(FILES, S3),
                    "Where photo bytes are: `files` in the data folder, or `s3`");
    private static final Setting<Duration> WAIT =
            Setting.duration(
                    "storage.wait",
                    "30s",
                    "Time that storage gets to come up before a process gives up its start");

    static final Setting<String> PG_URL =
            Setting.text(
                    "postgresql.url",
                    "jdbc:postgresql://127.0.0.1:5432/safelight",
                    "Address of the database");
    static final Setting<String> PG_USER =
            Setting.text("postgresql.user", "safelight", "Who signs in there");
    static final Setting<String> PG_PASSWORD =
            Setting.secret("postgresql.password", "With which password");
    private static final Setting<Integer> PG_CONNECTIONS =
            Setting.number(
                    "postgresql.connections", 10, 1, 1000, "Connections of one process, at most");

    static final Setting<String> REDIS_URL =
            new Setting<>(
                    "redis.url",
                    "redis://127.0.0.1:6379",
                    "Address, `redis://` or `rediss://`, with user and password if needed",
                    true,
                    s -> s);

    private static final Setting<String> CQL_POINTS =
            Setting.text(
                    "cassandra.contact-points",
                    "127.0.0.1:9042",
                    "Some nodes of this data center, host:port, with commas");
    private static final Setting<String> CQL_DATA_CENTER =
            Setting.text(
                    "cassandra.data-center",
                    "datacenter1",
                    "What Cassandra calls this data center");
    private static final Setting<String> CQL_KEYSPACE =
            Setting.text("cassandra.keyspace", "safelight", "Keyspace");
    private static final Setting<String> CQL_USER =
            Setting.text("cassandra.user", "", "Who signs in there; empty for nobody");
    private static final Setting<String> CQL_PASSWORD =
            Setting.secret("cassandra.password", "With which password");
    private static final Setting<Map<String, Integer>> CQL_COPIES =
            new Setting<>(
                    "cassandra.replication",
                    "datacenter1=1",
                    "Copies in each data center when the keyspace is made: `us-east=3,us-west=3`",
                    false,
                    Engines::copies);

    private static final Setting<URI> S3_ENDPOINT =
            Setting.address("s3.endpoint", "http://127.0.0.1:9000", "Address of the object store");
    private static final Setting<String> S3_REGION =
            Setting.text("s3.region", "us-east-1", "Its region");
    private static final Setting<String> S3_BUCKET =
            Setting.text("s3.bucket", "safelight", "Bucket; it has to exist");
    private static final Setting<String> S3_PREFIX =
            Setting.text("s3.prefix", "", "What names of objects begin with");
    private static final Setting<String> S3_KEY_ID =
            Setting.text("s3.key-id", "", "Access key; empty for the AWS environment's own");
    private static final Setting<String> S3_SECRET = Setting.secret("s3.secret", "Its secret");
    private static final Setting<Boolean> S3_PATH =
            Setting.flag(
                    "s3.path-style", true, "Whether the bucket stands in the path, not the host");

    static final List<Setting<?>> ALL =
            List.of(
                    CATALOG,
                    SESSIONS,
                    ACCOUNTS_CACHED,
                    BLOBS,
                    WAIT,
                    PG_URL,
                    PG_USER,
                    PG_PASSWORD,
                    PG_CONNECTIONS,
                    REDIS_URL,
                    CQL_POINTS,
                    CQL_DATA_CENTER,
                    CQL_KEYSPACE,
                    CQL_USER,
                    CQL_PASSWORD,
                    CQL_COPIES,
                    S3_ENDPOINT,
                    S3_REGION,
                    S3_BUCKET,
                    S3_PREFIX,
                    S3_KEY_ID,
                    S3_SECRET,
                    S3_PATH);

    String catalog() {
        return settings.get(CATALOG);
    }

    /// Never `catalog`: the engine that this means.
    String sessions() {
        var given = settings.get(SESSIONS);
        return given.equals(AS_CATALOG) ? catalog() : given;
    }

    /// Never with SQLite, which answers as fast as a copy would.
    Duration accountsCached() {
        return catalog().equals(SQLITE) ? Duration.ZERO : settings.get(ACCOUNTS_CACHED);
    }

    String blobs() {
        return settings.get(BLOBS);
    }

    PostgresAccess postgres() {
        return new PostgresAccess(
                settings.get(PG_URL),
                settings.get(PG_USER),
                settings.get(PG_PASSWORD),
                settings.get(PG_CONNECTIONS));
    }

    RedisAccess redis() {
        return new RedisAccess(settings.get(REDIS_URL));
    }

    CqlAccess cassandra() {
        var points =
                Arrays.stream(settings.get(CQL_POINTS).split(",", -1)).map(String::strip).toList();
        return new CqlAccess(
                points,
                settings.get(CQL_DATA_CENTER),
                settings.get(CQL_KEYSPACE),
                settings.get(CQL_USER),
                settings.get(CQL_PASSWORD),
                settings.get(CQL_COPIES));
    }

    S3Access s3() {
        return new S3Access(
                settings.get(S3_ENDPOINT),
                settings.get(S3_REGION),
                settings.get(S3_BUCKET),
                settings.get(S3_PREFIX),
                settings.get(S3_KEY_ID),
                settings.get(S3_SECRET),
                settings.get(S3_PATH));
    }

    Duration storageWait() {
        return settings.get(WAIT);
    }

    /// Whether any engine keeps its data in the data folder of this host.
    boolean keepsDataHere() {
        return catalog().equals(SQLITE) || blobs().equals(FILES);
    }

    private static Map<String, Integer> copies(String text) {
        var copies = new LinkedHashMap<String, Integer>();
        for (var part : text.split(",", -1)) {
            var pair = part.split("=", -1);
            if (pair.length != 2 || !pair[1].strip().matches("[1-9]"))
                throw new IllegalArgumentException("is like us-east=3,us-west=3, not " + text);
            copies.put(pair[0].strip(), Integer.parseInt(pair[1].strip()));
        }
        return copies;
    }
}
