package safelight.app;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Failure;
import safelight.blobs.Blobs;
import safelight.blobs.files.FileBlobs;
import safelight.blobs.s3.S3Blobs;
import safelight.catalog.cassandra.CassandraAccounts;
import safelight.catalog.cassandra.CassandraBatches;
import safelight.catalog.cassandra.CassandraJobs;
import safelight.catalog.cassandra.CassandraPhotos;
import safelight.catalog.cassandra.CassandraUploads;
import safelight.catalog.cassandra.CassandraWebhooks;
import safelight.catalog.sql.SqlAccounts;
import safelight.catalog.sql.SqlBatches;
import safelight.catalog.sql.SqlJobs;
import safelight.catalog.sql.SqlPhotos;
import safelight.catalog.sql.SqlUploads;
import safelight.catalog.sql.SqlWebhooks;
import safelight.cql.CqlCluster;
import safelight.fleet.Fleet;
import safelight.fleet.cassandra.CassandraFleet;
import safelight.fleet.sql.SqlFleet;
import safelight.observe.Health;
import safelight.sessions.Sessions;
import safelight.sessions.cassandra.CassandraSessions;
import safelight.sessions.redis.RedisSessions;
import safelight.sessions.sql.SqlSessions;
import safelight.sql.Database;

/// Picks the engines and opens each once, however many ports it serves. For one thread, once.
final class StorageOpening {
    private static final Logger LOG = LoggerFactory.getLogger(StorageOpening.class);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Config config;
    private final Engines engines;
    private final boolean owner;
    private final Clock clock;
    private final Running parts;
    private final List<Health.Check> checks = new ArrayList<>();
    private final List<Runnable> chores = new ArrayList<>();
    private Optional<Database> sqlite = Optional.empty();
    private Optional<Database> postgres = Optional.empty();
    private Optional<CqlCluster> cassandra = Optional.empty();

    StorageOpening(Config config, boolean owner, Clock clock, Running parts) {
        this.config = config;
        this.engines = config.engines();
        this.owner = owner;
        this.clock = clock;
        this.parts = parts;
    }

    Storage open() {
        var catalog = catalog();
        var sessions = sessions();
        var fleet = fleet();
        var here = blobs();
        var sharing = sharing(here);
        var blobs = sharing.<Blobs>map(Sharing::blobs).orElse(here);
        return new Storage(
                catalog,
                sessions,
                fleet,
                blobs,
                sharing,
                List.copyOf(checks),
                List.copyOf(chores),
                parts);
    }

    private Storage.Catalog catalog() {
        return switch (engines.catalog()) {
            case Engines.SQLITE -> catalog(sqlite());
            case Engines.POSTGRESQL -> catalog(postgres());
            case Engines.CASSANDRA -> catalog(cassandra());
            default -> throw noEngine(engines.catalog());
        };
    }

    private Storage.Catalog catalog(Database database) {
        return new Storage.Catalog(
                new SqlAccounts(database),
                new SqlPhotos(database, clock),
                new SqlJobs(database, clock),
                new SqlBatches(database, clock),
                new SqlUploads(database),
                new SqlWebhooks(database));
    }

    private Storage.Catalog catalog(CqlCluster cluster) {
        var batches = new CassandraBatches(cluster, clock);
        var jobs = new CassandraJobs(cluster, clock);
        chores.addAll(List.of(batches::resume, batches::lookAgain, jobs::lookAgain));
        return new Storage.Catalog(
                new CassandraAccounts(cluster),
                new CassandraPhotos(cluster, clock),
                jobs,
                batches,
                new CassandraUploads(cluster, clock),
                new CassandraWebhooks(cluster, clock));
    }

    private Fleet fleet() {
        return switch (engines.catalog()) {
            case Engines.SQLITE -> new SqlFleet(sqlite());
            case Engines.POSTGRESQL -> new SqlFleet(postgres());
            case Engines.CASSANDRA -> new CassandraFleet(cassandra());
            default -> throw noEngine(engines.catalog());
        };
    }

    private Sessions sessions() {
        return switch (engines.sessions()) {
            case Engines.SQLITE -> new SqlSessions(sqlite());
            case Engines.POSTGRESQL -> new SqlSessions(postgres());
            case Engines.CASSANDRA ->
                    new CassandraSessions(cassandra(), config.sessions().absolute());
            case Engines.REDIS -> redis();
            default -> throw noEngine(engines.sessions());
        };
    }

    private Blobs blobs() {
        return switch (engines.blobs()) {
            case Engines.FILES -> new FileBlobs(config.blobs(), config.reserve(), clock);
            case Engines.S3 -> s3();
            default -> throw noEngine(engines.blobs());
        };
    }

    private Optional<Sharing> sharing(Blobs here) {
        if (!config.centers().areSeveral()) return Optional.empty();
        if (!engines.catalog().equals(Engines.CASSANDRA))
            throw new CannotStart(
                    "Several data centers need catalog.engine: cassandra; replication.peers is set"
                            + " and the engine is "
                            + engines.catalog()
                            + ".");
        return Optional.of(Sharing.of(config, cassandra(), here, clock, parts));
    }

    private S3Blobs s3() {
        var access = engines.s3();
        var blobs =
                opened(
                        "s3",
                        () -> checked(new S3Blobs(access, config.data().resolve("tmp"), clock)));
        chores.add(blobs::sweep);
        return blobs;
    }

    private static S3Blobs checked(S3Blobs blobs) {
        try {
            blobs.check();
            return blobs;
        } catch (RuntimeException e) {
            blobs.close();
            throw e;
        }
    }

    private RedisSessions redis() {
        var most = config.sessions().absolute();
        return opened("redis", () -> RedisSessions.open(engines.redis(), most));
    }

    private CqlCluster cassandra() {
        if (cassandra.isEmpty()) {
            var access = engines.cassandra();
            cassandra =
                    Optional.of(
                            opened(
                                    "cassandra",
                                    () ->
                                            owner
                                                    ? CqlCluster.open(access)
                                                    : CqlCluster.join(access)));
        }
        return cassandra.get();
    }

    private Database sqlite() {
        if (sqlite.isEmpty()) {
            var file = config.database();
            sqlite =
                    Optional.of(
                            opened(
                                    "sqlite",
                                    () -> owner ? Database.open(file) : Database.join(file)));
            checks.add(new Health.Check("database", () -> complaint(sqlite())));
        }
        return sqlite.get();
    }

    private Database postgres() {
        if (postgres.isEmpty()) {
            var access = engines.postgres();
            postgres =
                    Optional.of(
                            opened(
                                    "postgresql",
                                    () -> owner ? Database.open(access) : Database.join(access)));
        }
        return postgres.get();
    }

    private static Optional<String> complaint(Database database) {
        return database.isWriting()
                ? Optional.empty()
                : Optional.of("nothing can be written any more; the log says why; restart");
    }

    /// Tries until the engine is up, unless it says that waiting cannot help.
    private <T extends AutoCloseable> T opened(String engine, Supplier<T> open) {
        var deadline = clock.instant().plus(engines.storageWait());
        while (true) {
            try {
                return parts.add(open.get());
            } catch (Failure e) {
                if (!e.problem().retryable() || clock.instant().isAfter(deadline)) throw e;
                LOG.atWarn()
                        .addKeyValue("engine", engine)
                        .addKeyValue("problem", e.problem().code())
                        .log("waiting for storage");
                rest(e);
            }
        }
    }

    private static void rest(Failure cause) {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cause;
        }
    }

    private static IllegalStateException noEngine(String name) {
        return new IllegalStateException("no engine is called " + name);
    }
}
