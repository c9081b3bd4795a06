package safelight.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Several data centers on one host, each on a loopback address of its own: a Cassandra node, an
/// `up` (broker, workers, web servers, HAProxy, autoscaler) and a replicator for each. They share
/// nothing but the network. Stops the last started first.
final class CentersHost implements AutoCloseable {
    private static final Duration READY_MOST = Duration.ofMinutes(4);
    private static final Duration DRAIN_MOST = Duration.ofMinutes(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final int SECRET_BYTES = 16;
    private static final int REPLICATOR_PORT = 7080;
    private static final String READY = " is ready at ";
    private static final String PORTS = "ports";

    private final Running running = new Running();
    private final Config config;
    private final Class<?> main;
    private final Map<String, String> given;
    private final LocalCassandra cassandra;
    private final List<Site> sites;
    private final Path logs;

    /// One data center. Addresses are 127.0.0.1, 127.0.0.2 and so on.
    record Site(String name, String address, Path data, LocalCassandra.Node node) {
        /// Where clients come in.
        String url(int port) {
            return "http://" + address + ":" + port;
        }
    }

    /// Starts nothing yet. `given` are settings for all of them.
    ///
    /// @throws CannotStart if Cassandra or Java 17 is missing
    CentersHost(Config config, Class<?> main, List<String> names, Map<String, String> given)
            throws IOException {
        this.config = config;
        this.main = main;
        this.given = Map.copyOf(given);
        this.cassandra = LocalCassandra.find(System.getenv());
        this.logs = Files.createDirectories(config.data().resolve("logs"));
        this.sites = sites(names);
    }

    /// Starts all of it; what was started is stopped by {@link #close()}, also after a failure.
    void start() throws IOException, InterruptedException {
        for (var site : sites) running.add(cassandra.start(site.node, log("cassandra", site)));
        var secret = secret();
        for (var site : sites) {
            var file = settings(site, secret);
            launch("up", site, List.of("up", "--config", file.toString()));
            launch("replicator", site, List.of("replication", "run", "--config", file.toString()));
        }
    }

    List<Site> sites() {
        return sites;
    }

    int port() {
        return config.web().port();
    }

    Path logs() {
        return logs;
    }

    @Override
    public void close() {
        running.close();
    }

    private List<Site> sites(List<String> names) throws IOException {
        var ports = ports();
        var all = new ArrayList<Site>();
        for (int i = 0; i < names.size(); i++) {
            var address = "127.0.0." + (i + 1);
            var data = Files.createDirectories(config.data().resolve(names.get(i)));
            var node =
                    new LocalCassandra.Node(
                            names.get(i),
                            address,
                            "127.0.0.1",
                            ports.get(0),
                            ports.get(1),
                            data.resolve("cassandra"));
            all.add(new Site(names.get(i), address, data, node));
        }
        return List.copyOf(all);
    }

    /// Chosen once: the nodes know each other by them.
    private List<Integer> ports() throws IOException {
        var file = config.data().resolve(PORTS);
        if (!Files.exists(file))
            Files.writeString(file, FreePort.find() + "\n" + FreePort.find() + "\n");
        return Files.readAllLines(file).stream().map(Integer::parseInt).toList();
    }

    private String secret() throws IOException {
        var file = config.data().resolve("replication.secret");
        if (Files.exists(file)) return Files.readString(file).strip();
        var bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        PrivateFile.write(file, HexFormat.of().formatHex(bytes) + "\n");
        return Files.readString(file).strip();
    }

    /// The settings file of one data center.
    private Path settings(Site site, String secret) throws IOException {
        var copies = sites.stream().map(s -> s.name + "=1").collect(Collectors.joining(","));
        var peers =
                sites.stream()
                        .filter(s -> !s.equals(site))
                        .map(s -> "%s=http://%s:%d".formatted(s.name, s.address, REPLICATOR_PORT))
                        .collect(Collectors.joining(","));
        var all = new LinkedHashMap<>(given);
        all.put("data", site.data.toString());
        all.put("data-center", site.name);
        all.put("web.host", site.address);
        all.put("web.port", String.valueOf(config.web().port()));
        all.put("catalog.engine", Engines.CASSANDRA);
        all.put("sessions.engine", Engines.CASSANDRA);
        all.put("cassandra.contact-points", site.node.point());
        all.put("cassandra.data-center", site.name);
        all.put("cassandra.replication", copies);
        all.put("replication.peers", peers);
        all.put("replication.host", site.address);
        all.put("replication.port", String.valueOf(REPLICATOR_PORT));
        all.put("replication.secret", secret);
        var text =
                new TreeMap<>(all)
                        .entrySet().stream()
                                .map(e ->
                                        "%s: \"%s\"\n".formatted(e.getKey(), escaped(e.getValue())))
                                .collect(Collectors.joining());
        return PrivateFile.write(site.data.resolve("safelight.yaml"), text);
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private void launch(String part, Site site, List<String> arguments)
            throws IOException, InterruptedException {
        var log = log(part, site);
        Files.deleteIfExists(log);
        var command = Jvm.forServing(main, arguments);
        var process =
                running.add(
                        EngineProcess.start(
                                part + "-" + site.name, "TERM", log, command, DRAIN_MOST));
        long deadline = System.nanoTime() + READY_MOST.toNanos();
        while (!Files.exists(log) || !Files.readString(log).contains(READY)) {
            if (!process.isAlive() || System.nanoTime() > deadline)
                throw new CannotStart(
                        "'%s' of %s does not come up; see %s.".formatted(part, site.name, log));
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private Path log(String part, Site site) {
        return logs.resolve(part + "-" + site.name + ".log");
    }

    /// Whether this host has the addresses: all of 127.0.0.0/8 on Linux, one elsewhere.
    static void checkAddresses(int count) {
        for (int i = 1; i <= count; i++) {
            var address = "127.0.0." + i;
            try (var socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
                if (!socket.isBound()) throw new IOException("not bound");
            } catch (IOException e) {
                throw new CannotStart("This host cannot listen on " + address + ".");
            }
        }
    }
}
