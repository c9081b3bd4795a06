package safelight.cql;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A real Cassandra node in a process of its own, on a loopback address and ports of its own.
public final class CassandraServer implements AutoCloseable {
    /// The data center of the first node.
    public static final String DATA_CENTER = "us-east";

    private static final String HEAP = "384m";
    private static final Duration START_MOST = Duration.ofMinutes(3);
    private static final int LOG_LINES = 20;
    private static final String EXPORTS =
            "java.base/jdk.internal.misc java.management.rmi/com.sun.jmx.remote.internal.rmi"
                    + " java.rmi/sun.rmi.registry java.rmi/sun.rmi.server java.sql/java.sql"
                    + " java.base/java.lang.ref java.base/sun.nio.ch"
                    + " java.rmi/sun.rmi.transport.tcp jdk.unsupported/sun.misc";
    private static final String OPENS =
            "java.base/java.lang.module java.base/jdk.internal.loader java.base/jdk.internal.ref"
                    + " java.base/jdk.internal.reflect java.base/jdk.internal.math"
                    + " java.base/jdk.internal.module java.base/jdk.internal.util.jar"
                    + " java.base/jdk.internal.misc jdk.management/com.sun.management.internal"
                    + " java.base/sun.nio.ch java.base/java.io java.base/java.lang"
                    + " java.base/java.lang.reflect java.base/java.util"
                    + " java.base/java.util.concurrent java.base/java.util.concurrent.atomic"
                    + " java.base/java.nio java.base/java.nio.file.spi java.base/java.net"
                    + " java.rmi/sun.rmi.transport.tcp";

    /// For a node that is made to be killed: what it confirmed is on its disk.
    private static final String SYNCED = "commitlog_sync: batch";

    /// For the node that nobody kills: neither a slow disk nor a pause of the machine is a failure.
    private static final String PATIENT =
            """
            commitlog_sync: periodic
            commitlog_sync_period: 10s
            read_request_timeout: 20s
            range_request_timeout: 20s
            write_request_timeout: 20s
            cas_contention_timeout: 20s
            native_transport_timeout: 30s\
            """;

    private static final int STARTS_MOST = 2;

    private static int startsFailed;
    private static Optional<CassandraServer> shared = Optional.empty();

    private final Path home;
    private final String dataCenter;
    private final Place place;
    private Process process;
    private Optional<CqlSession> session = Optional.empty();

    /// Where a node is: `seed` is the address of the cluster's first one.
    private record Place(String address, String seed, int cqlPort, int storagePort) {}

    private CassandraServer(String dataCenter, Place place, String manner) throws IOException {
        this.home = Files.createTempDirectory("cassandra-" + dataCenter);
        this.dataCenter = dataCenter;
        this.place = place;
        configure(manner);
        this.process = launch();
        try {
            awaitReady();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /// The node that all tests of this JVM share; it ends with the JVM. Not to be killed.
    public static synchronized CassandraServer shared() {
        if (shared.isPresent()) return shared.get();
        // Else each of many tests would wait for it anew.
        if (startsFailed == STARTS_MOST) throw new IllegalStateException("Cassandra did not start");
        try {
            var server = start(PATIENT);
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            shared = Optional.of(server);
            return server;
        } catch (IOException e) {
            startsFailed++;
            throw new UncheckedIOException(e);
        }
    }

    /// A node of one's own, with every write synced to the disk.
    public static CassandraServer start() throws IOException {
        return start(SYNCED);
    }

    private static CassandraServer start(String manner) throws IOException {
        long pid = ProcessHandle.current().pid();
        for (int i = 0; i < 100; i++) {
            var address = "127.%d.%d.1".formatted(10 + (pid + i) % 200, pid / 200 % 250);
            if (!isFree(address, 0)) continue;
            var place = new Place(address, address, freePort(address), freePort(address));
            return new CassandraServer(DATA_CENTER, place, manner);
        }
        throw new IOException("no loopback address is free");
    }

    /// Another node in the same cluster, in another data center, that syncs every write too.
    public CassandraServer join(String otherDataCenter) throws IOException {
        var next = place.seed.substring(0, place.seed.length() - 1) + "2";
        var there = new Place(next, place.seed, place.cqlPort, place.storagePort);
        var other = new CassandraServer(otherDataCenter, there, SYNCED);
        awaitSight(other);
        return other;
    }

    /// Until the nodes have met: before that neither takes the other's data center into account.
    private void awaitSight(CassandraServer other) throws IOException {
        long deadline = System.nanoTime() + START_MOST.toNanos();
        while (!sees(other) || !other.sees(this)) {
            if (System.nanoTime() > deadline) throw new IOException("the nodes did not meet");
            pause();
        }
    }

    private boolean sees(CassandraServer other) {
        return session().execute("SELECT data_center FROM system.peers").all().stream()
                .anyMatch(row -> other.dataCenter.equals(row.getString("data_center")));
    }

    /// Where the node is, and a keyspace of which each of these data centers has one copy.
    public CqlAccess access(String keyspace, String... dataCenters) {
        var all = dataCenters.length == 0 ? new String[] {dataCenter} : dataCenters;
        return new CqlAccess(
                List.of(point()),
                dataCenter,
                keyspace,
                "",
                "",
                Stream.of(all).collect(Collectors.toMap(c -> c, _ -> 1)));
    }

    /// Its `host:port`.
    public String point() {
        return place.address + ":" + place.cqlPort;
    }

    /// How much memory the process has, in bytes.
    public long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElse(0);
    }

    /// Its process, for the one who wants to stop or measure it.
    public long pid() {
        return process.pid();
    }

    /// Like `kill -9`.
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(1, TimeUnit.MINUTES);
    }

    /// Starts the killed node again with what is on its disk.
    public void restart() throws IOException {
        process = launch();
        awaitReady();
    }

    /// Removes what the tests of one keyspace could meet of each other: all that is not found by an
    /// id of its own, row by row, since emptying a table takes the node far longer.
    public void sweep(String keyspace) {
        var in = keyspace + ".";
        each(in, "SELECT name, bucket FROM %sline_bucket", "line", "name", "bucket");
        each(in, "SELECT DISTINCT name FROM %sline_bucket", "line_bucket", "name");
        each(in, "SELECT DISTINCT data_center FROM %sworker_seen", "worker_seen", "data_center");
        each(in, "SELECT email FROM %saccount_email", "account_email", "email");
        each(in, "SELECT id FROM %saccount", "account", "id");
        each(in, "SELECT name FROM %ssingleton", "singleton", "name");
        each(in, "SELECT DISTINCT fleet FROM %sinstance", "instance", "fleet");
        each(in, "SELECT data_center FROM %sdesired", "desired", "data_center");
    }

    private void each(String in, String select, String table, String... keys) {
        var where = Stream.of(keys).map(key -> key + " = ?").collect(Collectors.joining(" AND "));
        for (var row : session().execute(select.formatted(in)).all()) {
            var values = Stream.of(keys).map(row::getObject).toArray();
            session().execute("DELETE FROM " + in + table + " WHERE " + where, values);
        }
    }

    /// Empties these tables.
    public void empty(String keyspace, List<String> tables) {
        for (var table : tables) session().execute("TRUNCATE " + keyspace + "." + table);
    }

    private synchronized CqlSession session() {
        if (session.isEmpty()) session = Optional.of(connect());
        return session.get();
    }

    private CqlSession connect() {
        return CqlSession.builder()
                .withConfigLoader(
                        DriverConfigLoader.programmaticBuilder()
                                .withDuration(
                                        DefaultDriverOption.REQUEST_TIMEOUT, Duration.ofMinutes(1))
                                .withBoolean(DefaultDriverOption.METADATA_SCHEMA_ENABLED, false)
                                .withString(
                                        DefaultDriverOption.METRICS_FACTORY_CLASS,
                                        "NoopMetricsFactory")
                                .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_QUIET_PERIOD, 0)
                                .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_QUIET_PERIOD, 0)
                                .build())
                .withLocalDatacenter(dataCenter)
                .addContactPoint(new InetSocketAddress(place.address, place.cqlPort))
                .build();
    }

    @Override
    public void close() {
        session.ifPresent(CqlSession::close);
        process.destroyForcibly();
        try {
            process.waitFor(1, TimeUnit.MINUTES);
            remove(home);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList())
                Files.deleteIfExists(file);
        }
    }

    private void configure(String manner) throws IOException {
        var conf = Files.createDirectories(home.resolve("conf"));
        Files.createDirectories(home.resolve("data"));
        Files.writeString(
                conf.resolve("cassandra.yaml"),
                """
                cluster_name: safelight
                num_tokens: 4
                partitioner: org.apache.cassandra.dht.Murmur3Partitioner
                %s
                endpoint_snitch: GossipingPropertyFileSnitch
                seed_provider:
                  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
                    parameters:
                      - seeds: "%s"
                listen_address: %s
                rpc_address: %s
                storage_port: %d
                native_transport_port: %d
                data_file_directories: [ %s/data/data ]
                commitlog_directory: %s/data/commitlog
                saved_caches_directory: %s/data/saved_caches
                hints_directory: %s/data/hints
                cdc_raw_directory: %s/data/cdc
                auto_bootstrap: false
                auto_snapshot: false
                concurrent_reads: 8
                concurrent_writes: 16
                concurrent_counter_writes: 4
                concurrent_compactors: 1
                memtable_heap_space: 48MiB
                memtable_offheap_space: 48MiB
                commitlog_segment_size: 8MiB
                commitlog_total_space: 256MiB
                hints_flush_period: 500ms
                file_cache_size: 32MiB
                key_cache_size: 4MiB
                internode_compression: none
                """
                        .formatted(
                                manner,
                                place.seed,
                                place.address,
                                place.address,
                                place.storagePort,
                                place.cqlPort,
                                home,
                                home,
                                home,
                                home,
                                home));
        Files.writeString(
                conf.resolve("cassandra-rackdc.properties"),
                "dc=%s\nrack=r1\n".formatted(dataCenter));
        Files.writeString(
                conf.resolve("logback.xml"),
                """
                <configuration><appender name="F" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%-5level %date{ISO8601} %F:%L - %msg%n</pattern></encoder>
                </appender><root level="INFO"><appender-ref ref="F"/></root></configuration>
                """);
    }

    private Process launch() throws IOException {
        var command = new ArrayList<String>();
        command.add(java17().toString());
        command.addAll(List.of("-Xms" + HEAP, "-Xmx" + HEAP, "-XX:+UseSerialGC"));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:MaxDirectMemorySize=128m"));
        command.addAll(List.of("-Djdk.attach.allowAttachSelf=true", "-Djna.nosys=true"));
        for (var name : EXPORTS.split(" "))
            command.addAll(List.of("--add-exports", name + "=ALL-UNNAMED"));
        for (var name : OPENS.split(" "))
            command.addAll(List.of("--add-opens", name + "=ALL-UNNAMED"));
        var jars = CassandraJars.classPath();
        var jamm =
                Stream.of(jars.split(File.pathSeparator))
                        .filter(jar -> jar.contains("jamm-"))
                        .findFirst()
                        .orElseThrow(() -> new IOException("no jamm in Cassandra's jars"));
        command.add("-javaagent:" + jamm);
        command.add("-Dcassandra.hint_dispatch_interval_ms=1000");
        for (var property :
                Map.of(
                                "java.net.preferIPv4Stack", "true",
                                "io.netty.tryReflectionSetAccessible", "true",
                                "cassandra.config", "file://" + home + "/conf/cassandra.yaml",
                                "cassandra.storagedir", home + "/data",
                                "cassandra-foreground", "yes",
                                "logback.configurationFile", home + "/conf/logback.xml",
                                "cassandra.skip_wait_for_gossip_to_settle", "0",
                                "cassandra.ring_delay_ms", "1000",
                                // One that comes back has to know whom it keeps writes for.
                                "cassandra.load_ring_state", String.valueOf(Files.exists(log())))
                        .entrySet())
            command.add("-D" + property.getKey() + "=" + property.getValue());
        command.addAll(List.of("-cp", home + "/conf" + File.pathSeparator + jars));
        command.add("org.apache.cassandra.service.CassandraDaemon");
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    private Path log() {
        return home.resolve("out.log");
    }

    private void awaitReady() throws IOException {
        long deadline = System.nanoTime() + START_MOST.toNanos();
        while (System.nanoTime() < deadline) {
            if (!process.isAlive())
                throw new IOException("Cassandra ended at its start:\n" + lastLines());
            if (isOpen() && isAnswering()) return;
            pause();
        }
        throw new IOException("Cassandra was not ready after " + START_MOST + ":\n" + lastLines());
    }

    private boolean isOpen() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(place.address, place.cqlPort), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// Between a port that is open and an answer are seconds on a busy machine. Over a connection
    /// of its own, since an older one finds a restarted node late.
    private boolean isAnswering() {
        try (var probe = connect()) {
            return probe.execute("SELECT release_version FROM system.local").one() != null;
        } catch (DriverException | IllegalStateException e) {
            return false;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String lastLines() throws IOException {
        var lines = Files.readAllLines(log());
        return String.join(
                "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    }

    private static boolean isFree(String address, int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getByName(address))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort(String address) throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            return socket.getLocalPort();
        }
    }

    /// Cassandra 5.0 does not run on later releases: it wants the SecurityManager.
    private static Path java17() throws IOException {
        var named = System.getenv("JAVA17_HOME");
        if (named != null && Files.isExecutable(Path.of(named, "bin/java")))
            return Path.of(named, "bin/java");
        var all = Path.of("/usr/lib/jvm");
        if (Files.isDirectory(all))
            try (var homes = Files.list(all)) {
                var found =
                        homes.filter(h -> h.getFileName().toString().matches(".*\\b17\\b.*"))
                                .map(h -> h.resolve("bin/java"))
                                .filter(Files::isExecutable)
                                .findFirst();
                if (found.isPresent()) return found.get();
            }
        throw new IOException(
                "The Cassandra tests need Java 17 in /usr/lib/jvm or in JAVA17_HOME: install"
                        + " openjdk-17-jre-headless.");
    }
}
