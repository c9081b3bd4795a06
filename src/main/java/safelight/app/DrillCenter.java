package safelight.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A data center of a drill, in a namespace of its own: Cassandra, a replicator, what `up` runs
/// (broker, worker, web server, HAProxy), and a DNS server. It can be killed and started again.
final class DrillCenter implements AutoCloseable {
    /// Where its processes listen.
    static final int HOST = 2;

    static final int WEB_PORT = 8080;

    private static final int CQL_PORT = 9042;
    private static final int STORAGE_PORT = 7000;
    private static final int JMX_PORT = 7_199;
    private static final Duration READY_MOST = Duration.ofMinutes(4);
    private static final Duration STOP_MOST = Duration.ofSeconds(40);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final String READY = " is ready at ";

    private final String name;
    private final DrillNetwork.Place place;
    private final Layout layout;
    private final LocalCassandra cassandra;
    private final LocalCassandra.Node node;
    private final List<Runnable> stops = new ArrayList<>();
    private int starts;

    /// Where its data and logs go, its settings and those of its DNS server, and whether it copies
    /// photos.
    record Layout(
            Path data,
            Path logs,
            Map<String, String> settings,
            Map<String, String> dns,
            boolean replicates) {}

    /// Starts nothing yet; `seed` is the address of the first node.
    DrillCenter(
            String name,
            DrillNetwork.Place place,
            String seed,
            Layout layout,
            LocalCassandra installed)
            throws IOException {
        this.name = name;
        this.place = place;
        this.layout = layout;
        Files.createDirectories(layout.data);
        this.cassandra = new LocalCassandra(java(installed.java()), installed.jars());
        this.node =
                new LocalCassandra.Node(
                        name,
                        place.address(HOST),
                        seed,
                        CQL_PORT,
                        STORAGE_PORT,
                        JMX_PORT,
                        layout.data.resolve("cassandra"));
    }

    String name() {
        return name;
    }

    String address() {
        return place.address(HOST);
    }

    DrillNetwork.Place place() {
        return place;
    }

    /// Starts its Cassandra node.
    void startStorage() throws IOException, InterruptedException {
        starts++;
        stops.add(cassandra.start(node, log("cassandra"))::close);
    }

    /// Starts the rest, and waits until it serves. `up` makes the tables; once they are there, the
    /// replicator comes first, since it says when this data center may have traffic.
    void startRest() throws IOException, InterruptedException {
        var file = settings("safelight.yaml", layout.settings).toString();
        if (starts > 1) replicate(file);
        launch("up", List.of("up", "--config", file));
        if (starts == 1) replicate(file);
        var dns = settings("dns.yaml", layout.dns).toString();
        launch("dns", List.of("dns", "--config", dns));
    }

    private void replicate(String file) throws IOException, InterruptedException {
        if (layout.replicates)
            launch("replicator", List.of("replication", "run", "--config", file));
    }

    /// Kills every process in it. Returns how many there were.
    int kill() throws IOException {
        int killed = DrillNetwork.kill(place);
        close();
        return killed;
    }

    @Override
    public void close() {
        stops.reversed().forEach(Runnable::run);
        stops.clear();
    }

    /// Cassandra's Java, in the namespace.
    private Path java(Path real) throws IOException {
        var script = layout.data.resolve("java");
        var command = String.join(" ", place.inside(List.of(real.toString())));
        Files.writeString(script, "#!/bin/sh\nexec " + command + " \"$@\"\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    private Path settings(String file, Map<String, String> special) throws IOException {
        var all = new LinkedHashMap<>(special);
        all.put("data-center", name);
        var text =
                new TreeMap<>(all)
                        .entrySet().stream()
                                .map(e -> "%s: \"%s\"\n".formatted(e.getKey(), e.getValue()))
                                .collect(Collectors.joining());
        var path = layout.data.resolve(file);
        Files.deleteIfExists(path);
        return PrivateFile.write(path, text);
    }

    private void launch(String part, List<String> arguments)
            throws IOException, InterruptedException {
        var log = log(part);
        var command = place.inside(Jvm.forServing(Main.class, arguments));
        var process = EngineProcess.start(part + "-" + name, "TERM", log, command, STOP_MOST);
        stops.add(process::close);
        long deadline = System.nanoTime() + READY_MOST.toNanos();
        while (!Files.exists(log) || !Files.readString(log).contains(READY)) {
            if (!process.isAlive() || System.nanoTime() > deadline)
                throw new CannotStart(
                        "'%s' of %s does not come up; see %s.".formatted(part, name, log));
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private Path log(String part) {
        return layout.logs.resolve("%s-%s-%d.log".formatted(part, name, starts));
    }
}
