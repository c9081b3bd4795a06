package safelight.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Failure;
import safelight.cql.CqlCluster;
import safelight.platform.Child;

/// Several data centers on one host, each on a loopback address of its own: a Cassandra node, an
/// `up` (broker, workers, web servers, HAProxy, autoscaler), a replicator and a `dns` for each.
/// They share nothing but the network. What ends is started again. One more data center is added
/// while the others work. Stops the last started first.
final class CentersHost implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CentersHost.class);
    private static final Clock CLOCK = Clock.tickMillis(ZoneOffset.UTC);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration READY_MOST = Duration.ofMinutes(4);
    private static final Duration TRAFFIC_MOST = Duration.ofMinutes(2);
    private static final Duration DRAIN_MOST = Duration.ofMinutes(2);
    private static final Duration ANSWER_MOST = Duration.ofSeconds(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final Duration ASKED_EVERY = Duration.ofMillis(500);
    private static final int SECRET_BYTES = 16;
    private static final int DNS_PORT = 53;
    private static final int DNS_PORT_ELSE = 5300;
    private static final String READY = " is ready at ";
    private static final String PORTS = "ports";
    private static final String ROWS = "has-rows";

    // Lines of the file of ports: two of Cassandra, one of dns.
    private static final int STATE = 2;
    private static final int PORTS_COUNT = 3;

    private final Running running = new Running();
    private final Class<?> main;
    private final CenterList list;
    private final LocalCassandra cassandra;
    private final CenterSite.Common common;
    private final CenterProgress progress;
    private final Path logs;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER_MOST).build();
    private final List<Integer> ports;
    private volatile List<CenterSite> sites;
    private volatile boolean isClosed;

    /// Starts nothing yet. `given` are settings for all of them.
    ///
    /// @throws CannotStart if Cassandra or Java 17 is missing
    CentersHost(Config config, Class<?> main, List<String> names, Map<String, String> given)
            throws IOException {
        this.main = main;
        this.list = new CenterList(config.data());
        this.cassandra = LocalCassandra.find(System.getenv());
        this.logs = Files.createDirectories(config.data().resolve("logs"));
        this.ports = ports(config.data());
        this.progress = new CenterProgress(config.data());
        list.add(names, config.dns());
        this.sites = sites(names);
        for (var site : sites) checkAddress(site.address());
        this.common =
                new CenterSite.Common(
                        config,
                        new CenterSite.Ports(
                                config.web().port(),
                                config.centers().port(),
                                dnsPort(config, sites),
                                ports.get(STATE)),
                        secret(config.data()),
                        Map.copyOf(given));
    }

    /// Starts all of it; what was started is stopped by {@link #close()}, also after a failure.
    void start() throws IOException, InterruptedException {
        for (var site : sites) running.add(cassandra.start(site.node(), log("cassandra", site)));
        writeAll(sites);
        // One may have come while nothing ran.
        fill(sites, sites.getFirst());
        for (var site : sites) serve(site, running);
        for (var site : sites) awaitTraffic(site);
        for (var site : sites) launch("dns", site, running);
        Thread.ofVirtual().name("data-centers").start(this::follow);
    }

    List<CenterSite> sites() {
        return sites;
    }

    CenterSite.Common common() {
        return common;
    }

    Path logs() {
        return logs;
    }

    @Override
    public void close() {
        isClosed = true;
        running.close();
    }

    /// Does what is asked for by the file, one after the other.
    private void follow() {
        try {
            while (!isClosed) {
                Thread.sleep(ASKED_EVERY);
                var asked = list.asked();
                if (asked.isPresent()) add(asked.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.atError().setCause(e).log("no data center can be added any more");
        }
    }

    /// Those that run get what is said of them now, such as another weight.
    private void add(List<String> names) throws IOException, InterruptedException {
        var known = sites.stream().map(CenterSite::name).toList();
        sites = sites(known);
        writeAll(sites);
        for (var name : names) if (!known.contains(name)) add(name);
        progress.say(CenterProgress.END);
    }

    /// Rows first, then photos, and clients once it is healthy. The others go on as if it were not
    /// there, also if it does not come up.
    private void add(String name) throws IOException, InterruptedException {
        var before = sites;
        var parts = new Running();
        try {
            var names = new ArrayList<>(before.stream().map(CenterSite::name).toList());
            names.add(name);
            var all = sites(names);
            var site = all.stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
            checkAddress(site.address());
            progress.say(name + ": starting Cassandra");
            parts.add(cassandra.start(site.node(), log("cassandra", site)));
            progress.say(name + ": copying rows");
            fill(all, before.getFirst());
            progress.say(name + ": starting web servers, workers and replicator");
            writeAll(all);
            serve(site, parts);
            awaitTraffic(site);
            launch("dns", site, parts);
            progress.say(name + ": waiting for checks");
            awaitClients(site);
            running.add(parts);
            sites = all;
            progress.say(name + ": takes traffic");
        } catch (IOException | Failure | CannotStart e) {
            LOG.atError().setCause(e).addKeyValue("center", name).log("data center not added");
            writeAll(before);
            parts.close();
            progress.say(name + ": " + CenterProgress.FAILED + ", " + e.getMessage());
        }
    }

    private void writeAll(List<CenterSite> all) throws IOException {
        for (var site : all) site.write(all, common);
    }

    /// Gives the keyspace copies in those of `all` where it has none, and these their rows. A mark
    /// says whose are there, so that a fill that was broken off is done again.
    private void fill(List<CenterSite> all, CenterSite asked)
            throws IOException, InterruptedException {
        var access = asked.read(all).engines().cassandra();
        boolean isThere = CqlCluster.spread(access);
        var source = all.stream().filter(CentersHost::hasRows).findFirst();
        for (var site : all) {
            if (hasRows(site)) continue;
            // Those that begin together have the same, namely nothing.
            if (isThere && source.isPresent())
                CassandraCare.fill(site.node(), access.keyspace(), source.get().name());
            Files.writeString(site.data().resolve(ROWS), "");
        }
    }

    private static boolean hasRows(CenterSite site) {
        return Files.exists(site.data().resolve(ROWS));
    }

    private void serve(CenterSite site, Running parts) throws IOException, InterruptedException {
        launch("up", site, parts);
        launch("replication", site, parts);
    }

    private void launch(String part, CenterSite site, Running parts)
            throws IOException, InterruptedException {
        var ready = new CountDownLatch(1);
        var child =
                parts.add(
                        new Child(
                                new Child.Plan(
                                        part + "-" + site.name(),
                                        Jvm.forServing(main, arguments(part, site)),
                                        Map.of(),
                                        log(part, site).toFile(),
                                        DRAIN_MOST,
                                        line -> {
                                            if (line.contains(READY)) ready.countDown();
                                        },
                                        () -> {}),
                                CLOCK,
                                new SecureRandom()));
        if (!ready.await(READY_MOST.toSeconds(), TimeUnit.SECONDS))
            throw new CannotStart(
                    "'%s' does not come up; see %s.".formatted(child.name(), log(part, site)));
    }

    /// Only `dns` has the port that the settings name for operations.
    private static List<String> arguments(String part, CenterSite site) {
        var arguments = new ArrayList<String>(List.of(part));
        if (part.equals("replication")) arguments.add("run");
        arguments.addAll(List.of("--lifeline", "--config", site.file().toString()));
        if (!part.equals("dns")) arguments.addAll(List.of("--set", "ops.port=0"));
        return arguments;
    }

    /// Others are heard and nothing is owed; or not, and then clients are sent elsewhere.
    private void awaitTraffic(CenterSite site) throws IOException, InterruptedException {
        var address = site.url(common.ports().web()) + "/health/traffic";
        if (!eventually(() -> answer(address).startsWith("200 ")))
            LOG.atWarn().addKeyValue("center", site.name()).log("no traffic for it yet");
    }

    /// The first data center's dns sends clients there.
    private void awaitClients(CenterSite site) throws IOException, InterruptedException {
        var state = sites.getFirst().url(common.ports().state()) + "/dns/state";
        if (!eventually(() -> isUp(answer(state), site.name())))
            throw new CannotStart("the checks of dns do not pass; see " + state);
    }

    private static boolean isUp(String answer, String name) throws IOException {
        if (!answer.startsWith("200 ")) return false;
        for (var each : JSON.readTree(answer.substring(4)).path("dataCenters"))
            if (each.path("name").asText().equals(name)) return each.path("up").asBoolean();
        return false;
    }

    private interface Claim {
        boolean holds() throws IOException, InterruptedException;
    }

    private static boolean eventually(Claim claim) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TRAFFIC_MOST.toNanos();
        while (!claim.holds()) {
            if (System.nanoTime() > deadline) return false;
            Thread.sleep(LOOK_AGAIN);
        }
        return true;
    }

    /// Status and body; nothing if it does not answer.
    private String answer(String address) throws InterruptedException {
        try {
            var request = HttpRequest.newBuilder(URI.create(address)).timeout(ANSWER_MOST).build();
            var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        } catch (IOException e) {
            return "";
        }
    }

    /// These of the list, in its order, since that gives addresses.
    private List<CenterSite> sites(List<String> names) throws IOException {
        var all = new ArrayList<CenterSite>();
        var entries = list.read();
        for (int i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            if (!names.contains(entry.name())) continue;
            var address = "127.0.0." + (i + 1);
            var data = Files.createDirectories(list.folder().resolve(entry.name()));
            var node =
                    new LocalCassandra.Node(
                            entry.name(),
                            address,
                            "127.0.0.1",
                            ports.get(0),
                            ports.get(1),
                            FreePort.find(),
                            data.resolve("cassandra"));
            all.add(new CenterSite(entry, address, data, node));
        }
        return List.copyOf(all);
    }

    /// Chosen once: the nodes know each other by them.
    private static List<Integer> ports(Path folder) throws IOException {
        var file = folder.resolve(PORTS);
        var all = new ArrayList<Integer>();
        if (Files.exists(file))
            Files.readAllLines(file).forEach(line -> all.add(Integer.parseInt(line)));
        while (all.size() < PORTS_COUNT) all.add(FreePort.find());
        Files.write(file, all.stream().map(String::valueOf).toList());
        return List.copyOf(all);
    }

    private static String secret(Path folder) throws IOException {
        var file = folder.resolve("replication.secret");
        if (Files.exists(file)) return Files.readString(file).strip();
        var bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        PrivateFile.write(file, HexFormat.of().formatHex(bytes) + "\n");
        return Files.readString(file).strip();
    }

    private Path log(String part, CenterSite site) {
        return logs.resolve(part + "-" + site.name() + ".log");
    }

    /// The usual port where this process may have it.
    private static int dnsPort(Config config, List<CenterSite> sites) {
        if (config.dns().portGiven().isPresent()) return config.dns().portGiven().get();
        return sites.stream().allMatch(s -> isFree(s.address(), DNS_PORT))
                ? DNS_PORT
                : DNS_PORT_ELSE;
    }

    private static boolean isFree(String address, int port) {
        try (var udp = new DatagramSocket(new InetSocketAddress(address, port));
                var tcp = new ServerSocket(port, 1, InetAddress.getByName(address))) {
            return udp.isBound() && tcp.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /// Whether this host has the address: all of 127.0.0.0/8 on Linux, one elsewhere.
    private static void checkAddress(String address) {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            if (!socket.isBound()) throw new IOException("not bound");
        } catch (IOException e) {
            throw new CannotStart("This host cannot listen on " + address + ".", e);
        }
    }
}
