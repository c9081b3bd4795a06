package safelight.app;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import safelight.platform.Child;

/// Cassandra nodes on this host's loopback addresses, one for each data center, for `up
/// --data-centers`: every write synced, little memory. The jars are not ours: they are those of
/// `CASSANDRA_HOME`, and it runs on Java 17.
record LocalCassandra(Path java, List<Path> jars) {
    private static final Duration START_MOST = Duration.ofMinutes(3);
    private static final Duration STOP_MOST = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final int CONNECT_MS = 500;
    private static final String HEAP = "256m";
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

    /// One node, and how the nodes find each other.
    record Node(
            String dataCenter,
            String address,
            String seed,
            int cqlPort,
            int storagePort,
            int jmxPort,
            Path home) {
        String point() {
            return address + ":" + cqlPort;
        }
    }

    /// What is installed.
    ///
    /// @throws CannotStart with the one thing to do if something is missing
    static LocalCassandra find(Map<String, String> environment) throws IOException {
        var home = Optional.ofNullable(environment.get("CASSANDRA_HOME")).map(Path::of);
        var lib =
                home.map(h -> h.resolve("lib"))
                        .filter(Files::isDirectory)
                        .orElseThrow(() ->
                                new CannotStart(
                                        "Several data centers need Cassandra: set CASSANDRA_HOME"
                                                + " to its folder, or bring its jars there with"
                                                + " ops/cassandra/pom.xml."));
        try (var files = Files.list(lib)) {
            var jars = files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
            if (jars.stream().noneMatch(LocalCassandra::isAgent))
                throw new CannotStart("There is no Cassandra in " + lib + ": jamm is missing.");
            return new LocalCassandra(java17(environment), jars);
        }
    }

    private static boolean isAgent(Path jar) {
        return jar.getFileName().toString().startsWith("jamm-");
    }

    /// Cassandra 5.0 does not run on later releases: it wants the SecurityManager.
    private static Path java17(Map<String, String> environment) throws IOException {
        var named = Optional.ofNullable(environment.get("JAVA17_HOME")).map(Path::of);
        var all = Path.of("/usr/lib/jvm");
        try (var homes = Files.isDirectory(all) ? Files.list(all) : Stream.<Path>of()) {
            return Stream.concat(
                            named.stream(),
                            homes.filter(h -> h.getFileName().toString().matches(".*\\b17\\b.*")))
                    .map(h -> h.resolve("bin/java"))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow(() ->
                            new CannotStart(
                                    "Cassandra needs Java 17: apt-get install"
                                            + " openjdk-17-jre-headless, or set JAVA17_HOME."));
        }
    }

    /// Starts a node, and again whenever it ends; returns once it takes connections.
    Child start(Node node, Path log) throws IOException, InterruptedException {
        configure(node);
        var name = "cassandra-" + node.dataCenter;
        var kept = EngineProcess.kept(name, "TERM", command(node));
        var plan = new Child.Plan(name, kept, Map.of(), log.toFile(), STOP_MOST, _ -> {}, () -> {});
        var child = new Child(plan, Clock.tickMillis(ZoneOffset.UTC), new SecureRandom());
        long deadline = System.nanoTime() + START_MOST.toNanos();
        while (!isOpen(node)) {
            if (System.nanoTime() > deadline) {
                child.close();
                throw new CannotStart(
                        "Cassandra of " + node.dataCenter + " does not come up; see " + log + ".");
            }
            Thread.sleep(LOOK_AGAIN);
        }
        return child;
    }

    private static boolean isOpen(Node node) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(node.address, node.cqlPort), CONNECT_MS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void configure(Node node) throws IOException {
        var conf = Files.createDirectories(node.home.resolve("conf"));
        var data = Files.createDirectories(node.home.resolve("data"));
        Files.writeString(conf.resolve("cassandra.yaml"), yaml(node, data));
        Files.writeString(
                conf.resolve("cassandra-rackdc.properties"),
                "dc=%s\nrack=r1\n".formatted(node.dataCenter));
        Files.writeString(
                conf.resolve("logback.xml"),
                """
                <configuration><appender name="C" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%-5level %date{ISO8601} %F:%L - %msg%n</pattern></encoder>
                </appender><root level="INFO"><appender-ref ref="C"/></root></configuration>
                """);
    }

    private static String yaml(Node node, Path data) {
        return """
        cluster_name: safelight
        num_tokens: 4
        partitioner: org.apache.cassandra.dht.Murmur3Partitioner
        commitlog_sync: batch
        paxos_variant: v2
        endpoint_snitch: GossipingPropertyFileSnitch
        seed_provider:
          - class_name: org.apache.cassandra.locator.SimpleSeedProvider
            parameters:
              - seeds: "%s"
        listen_address: %s
        rpc_address: %s
        storage_port: %d
        native_transport_port: %d
        data_file_directories: [ "%s/data" ]
        commitlog_directory: "%s/commitlog"
        saved_caches_directory: "%s/saved_caches"
        hints_directory: "%s/hints"
        cdc_raw_directory: "%s/cdc"
        auto_bootstrap: false
        auto_snapshot: false
        hints_flush_period: 1000ms
        concurrent_reads: 8
        concurrent_writes: 16
        concurrent_counter_writes: 4
        concurrent_compactors: 1
        memtable_heap_space: 48MiB
        memtable_offheap_space: 48MiB
        commitlog_segment_size: 8MiB
        commitlog_total_space: 256MiB
        file_cache_size: 32MiB
        key_cache_size: 4MiB
        internode_compression: none
        """
                .formatted(
                        node.seed,
                        node.address,
                        node.address,
                        node.storagePort,
                        node.cqlPort,
                        data,
                        data,
                        data,
                        data,
                        data);
    }

    private List<String> command(Node node) {
        var command = new ArrayList<String>();
        command.add(java.toString());
        command.addAll(List.of("-Xms" + HEAP, "-Xmx" + HEAP, "-XX:+UseSerialGC"));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:MaxDirectMemorySize=128m"));
        command.addAll(List.of("-Djdk.attach.allowAttachSelf=true", "-Djna.nosys=true"));
        for (var name : EXPORTS.split(" ", -1))
            command.addAll(List.of("--add-exports", name + "=ALL-UNNAMED"));
        for (var name : OPENS.split(" ", -1))
            command.addAll(List.of("--add-opens", name + "=ALL-UNNAMED"));
        command.add(
                "-javaagent:"
                        + jars.stream().filter(LocalCassandra::isAgent).findFirst().orElseThrow());
        command.addAll(
                List.of(
                        "-Djava.net.preferIPv4Stack=true",
                        "-Dio.netty.tryReflectionSetAccessible=true",
                        "-Dcassandra.config=file://" + node.home + "/conf/cassandra.yaml",
                        "-Dcassandra.storagedir=" + node.home.resolve("data"),
                        "-Dcassandra-foreground=yes",
                        "-Dcassandra.jmx.local.port=" + node.jmxPort,
                        "-Dlogback.configurationFile=" + node.home + "/conf/logback.xml",
                        "-Dcassandra.skip_wait_for_gossip_to_settle=0",
                        "-Dcassandra.ring_delay_ms=2000"));
        var path =
                jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        command.addAll(List.of("-cp", node.home.resolve("conf") + File.pathSeparator + path));
        command.add("org.apache.cassandra.service.CassandraDaemon");
        return command;
    }
}
