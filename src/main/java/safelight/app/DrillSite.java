package safelight.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.drill.Control;
import safelight.drill.Schedule;
import safelight.drill.Tunnel;
import safelight.platform.Child;

/// An installation that a drill may hurt: a broker, web servers and workers as real processes that
/// are started again when they end, and a tunnel on each way between them.
final class DrillSite implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DrillSite.class);

    /// How many workers there are.
    static final int WORKERS = 2;

    private static final int WEBS = 2;
    private static final int SECRET_BYTES = 16;
    private static final Duration STOP_MOST = Duration.ofSeconds(20);

    private final Running running = new Running();
    private final SecureRandom random = new SecureRandom();
    private final Clock clock;
    private final Path data;
    private final Path logs;
    private final Optional<DrillDisks> disks;
    private final Set<Control> without;
    private final Map<String, String> settings = new HashMap<>();
    private final Child broker;
    private final List<Place> webs = new ArrayList<>();
    private final List<Place> workers = new ArrayList<>();

    /// A process and its way to the broker; for a web server also that of its clients to it.
    private record Place(Child child, Tunnel toBroker, Optional<Tunnel> door) {
        Tunnel entrance() {
            return door.orElseThrow();
        }
    }

    /// Whom a fault struck, and how it ends.
    record Blow(String victim, Runnable end) {}

    /// Begins to start everything on this empty folder, and the disks that are mounted on it.
    DrillSite(Path data, Path logs, Optional<DrillDisks> disks, Set<Control> without, Clock clock)
            throws IOException {
        this.data = data;
        this.logs = logs;
        this.disks = disks;
        this.without = without;
        this.clock = clock;
        if (!without.isEmpty()) DrillMain.mark(data, without);
        Files.createFile(file());
        var secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        int port = FreePort.find();
        settings.putAll(
                Map.of(
                        "SAFELIGHT_CATALOG_ENGINE",
                        "sqlite",
                        "SAFELIGHT_SESSIONS_ENGINE",
                        "catalog",
                        "SAFELIGHT_BLOBS_ENGINE",
                        "files",
                        "SAFELIGHT_JOBS_PAUSE_MOST",
                        "10s",
                        "SAFELIGHT_WORKER_SLOTS",
                        "2",
                        "SAFELIGHT_OPS_PORT",
                        "0",
                        "SAFELIGHT_BROKER_HOST",
                        "127.0.0.1",
                        "SAFELIGHT_WEB_HOST",
                        "127.0.0.1",
                        "SAFELIGHT_BROKER_PORT",
                        Integer.toString(port),
                        "SAFELIGHT_QUEUE_PASSWORD",
                        HexFormat.of().formatHex(secret)));
        // The disks are small, and are to be full: not only as good as full.
        settings.put("SAFELIGHT_BLOBS_RESERVE", "1MiB");
        broker = running.add(child("broker", "broker", List.of(), ""));
        for (int i = 1; i <= WEBS; i++) webs.add(web(i, port));
        for (int i = 1; i <= WORKERS; i++) workers.add(worker(i, port));
    }

    /// Where clients reach the web servers.
    List<String> doors() {
        return webs.stream().map(w -> "http://127.0.0.1:" + w.entrance().port()).toList();
    }

    /// The settings of its processes, for who looks at its storage.
    Config config() {
        return Config.read(Optional.of(file()), settings, Map.of("data", data.toString()));
    }

    /// Does what is planned.
    Blow strike(Schedule.Planned planned) throws IOException {
        var web = webs.get(planned.victim() % WEBS);
        var worker = workers.get(planned.victim() % WORKERS);
        return switch (planned.fault()) {
            case KILL_WEB -> kill(web.child, all(web.child));
            case KILL_WORKER -> kill(worker.child, all(worker.child));
            case KILL_WATCHER -> kill(worker.child, worker.child.handle().stream().toList());
            case KILL_PHOTO_WORK -> kill(worker.child, children(worker.child));
            case KILL_BROKER -> kill(broker, all(broker));
            case STOP_WEB -> stop(web.child);
            case STOP_WORKER -> stop(worker.child);
            case STOP_BROKER -> stop(broker);
            case CUT_WEB -> hold(web, web.toBroker, EnumSet.allOf(Tunnel.Way.class));
            case CUT_WORKER -> hold(worker, worker.toBroker, EnumSet.allOf(Tunnel.Way.class));
            case CUT_TO_BROKER -> hold(worker, worker.toBroker, Set.of(Tunnel.Way.OUT));
            case CUT_FROM_BROKER -> hold(worker, worker.toBroker, Set.of(Tunnel.Way.BACK));
            case CUT_ANSWERS -> hold(web, web.entrance(), Set.of(Tunnel.Way.BACK));
            case BREAK_LINES -> breakLines();
            case FILL_CATALOG, FILL_BLOBS, FILL_JOURNAL ->
                    new Blow("the disk", disks.orElseThrow().fill(planned.fault()));
        };
    }

    @Override
    public void close() {
        running.close();
    }

    private Path file() {
        return data.resolve("drill.yaml");
    }

    private Place web(int number, int broker) throws IOException {
        var toBroker = running.add(new Tunnel(broker));
        int port = FreePort.find();
        var door = running.add(new Tunnel(port));
        var options = List.of("--port", Integer.toString(port));
        var child = child("web-" + number, "web", options, url(toBroker));
        return new Place(running.add(child), toBroker, Optional.of(door));
    }

    private Place worker(int number, int broker) throws IOException {
        var toBroker = running.add(new Tunnel(broker));
        var child = child("worker-" + number, "worker", List.of(), url(toBroker));
        return new Place(running.add(child), toBroker, Optional.empty());
    }

    private static String url(Tunnel toBroker) {
        return "tcp://127.0.0.1:%d?useEpoll=false&connect-timeout-millis=5000"
                .formatted(toBroker.port());
    }

    private Child child(String name, String role, List<String> options, String queue) {
        var arguments = new ArrayList<>(List.of(role, "--lifeline", "--config", file().toString()));
        arguments.addAll(options);
        arguments.addAll(List.of("--data", data.toString()));
        var environment = new HashMap<>(settings);
        environment.put("SAFELIGHT_QUEUE_URL", queue);
        var main = without.isEmpty() ? Main.class : DrillMain.class;
        return new Child(
                new Child.Plan(
                        name,
                        Jvm.forServing(main, arguments),
                        environment,
                        logs.resolve(name + ".log").toFile(),
                        STOP_MOST,
                        _ -> {},
                        () -> ended(role)),
                clock,
                random);
    }

    /// Before the next broker starts: what an unsynced journal would have lost.
    private void ended(String role) {
        if (!role.equals("broker") || !without.contains(Control.JOURNAL_SYNC)) return;
        var journal = data.resolve("queue").resolve("journal");
        if (!Files.exists(journal)) return;
        try {
            Folders.delete(journal);
        } catch (IOException e) {
            LOG.atError().setCause(e).log("journal could not be lost");
        }
    }

    private static Blow kill(Child child, List<ProcessHandle> processes) {
        processes.forEach(ProcessHandle::destroyForcibly);
        return new Blow(names(child, processes), () -> {});
    }

    private static Blow stop(Child child) throws IOException {
        var processes = all(child);
        for (var process : processes) signal("STOP", process);
        return new Blow(names(child, processes), () -> processes.forEach(DrillSite::go));
    }

    private static Blow hold(Place place, Tunnel tunnel, Set<Tunnel.Way> ways) {
        tunnel.hold(ways);
        return new Blow(names(place.child, all(place.child)), tunnel::release);
    }

    private Blow breakLines() {
        for (var place : webs) place.toBroker.breakAll();
        for (var place : workers) place.toBroker.breakAll();
        return new Blow("all", () -> {});
    }

    private static void go(ProcessHandle process) {
        if (!process.isAlive()) return;
        try {
            signal("CONT", process);
        } catch (IOException e) {
            LOG.atError().addKeyValue("pid", process.pid()).setCause(e).log("still stopped");
        }
    }

    private static void signal(String signal, ProcessHandle process) throws IOException {
        var kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()));
        try {
            kill.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<ProcessHandle> children(Child child) {
        return child.handle().stream().flatMap(ProcessHandle::children).toList();
    }

    /// The first one is the one that would replace the others.
    private static List<ProcessHandle> all(Child child) {
        var all = new ArrayList<>(child.handle().stream().toList());
        all.addAll(children(child));
        return all;
    }

    private static String names(Child child, List<ProcessHandle> processes) {
        return child.name() + " " + processes.stream().map(ProcessHandle::pid).toList();
    }
}
