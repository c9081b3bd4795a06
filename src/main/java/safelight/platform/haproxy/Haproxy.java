package safelight.platform.haproxy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.fleet.Instance;
import safelight.platform.Child;
import safelight.platform.LoadBalancer;
import safelight.platform.PlatformUnavailable;

/// HAProxy as a child process: configured, told of changes through its runtime socket, reloaded
/// when it needs more slots. The file is written before the socket is told. The lock guards
/// `written`; whoever holds it talks to HAProxy.
public final class Haproxy implements LoadBalancer, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Haproxy.class);
    private static final Duration START_MOST = Duration.ofSeconds(15);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final Duration HARD_STOP_MARGIN = Duration.ofSeconds(5);
    private static final int SLOTS_MAX = 1024;
    private static final int ROUNDS_MAX = 3;

    /// sun_path has 108 bytes, and HAProxy appends a suffix while it binds.
    private static final int SOCKET_PATH_MAX = 85;

    /// A line of the master's `show proc`.
    private static final Pattern WORKER = Pattern.compile("^(\\d+)\\s+worker\\s");

    /// HAProxy does not watch its parent, so a shell does, by reading the lifeline. USR1 lets
    /// requests end, as TERM does for our own processes.
    private static final String WATCHED =
            """
            exec 3<&0
            "$1" -W -S "unix@$2,mode,600" -p "$3" -f "$4" &
            lb=$!
            { while read -r line <&3; do :; done; kill -USR1 $lb; } &
            guard=$!
            trap 'kill -USR1 $lb' TERM
            wait $lb
            code=$?
            while kill -0 $lb 2>/dev/null; do wait $lb; code=$?; done
            kill $guard
            exit $code
            """;

    private final HaproxySettings settings;
    private final Path folder;
    private final AdminSocket admin;
    private final AdminSocket master;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger ends = new AtomicInteger();
    private final Child child;
    private String written = "";

    /// Starts it with every slot free, and returns once it listens.
    ///
    /// @throws IOException if its folder cannot be made
    /// @throws PlatformUnavailable if it does not start; its log says why
    public Haproxy(HaproxySettings settings, Clock clock, RandomGenerator random)
            throws IOException {
        this.settings = settings;
        this.folder = ownFolder(settings.folder());
        var sockets = socketFolder(folder);
        this.admin = new AdminSocket(sockets.resolve("admin.sock"));
        this.master = new AdminSocket(sockets.resolve("master.sock"));
        killLeftover();
        write(free(settings.slots()));
        this.child =
                new Child(
                        new Child.Plan(
                                "haproxy",
                                command(),
                                Map.of(),
                                log().toFile(),
                                settings.drainMost().plus(HARD_STOP_MARGIN),
                                _ -> {},
                                ends::incrementAndGet),
                        clock,
                        random);
        awaitStart();
    }

    /// What it prints.
    public Path log() {
        return folder.resolve("haproxy.log");
    }

    /// The process that runs now, if one does: HAProxy's master, whose children serve.
    public List<ProcessHandle> processes() {
        return child.handle().stream().flatMap(ProcessHandle::descendants).toList();
    }

    /// What HAProxy counted, by server, frontend and backend.
    ///
    /// @throws PlatformUnavailable if it does not answer
    public List<ServerStat> stats() {
        return ServerStat.parse(ask("show stat"));
    }

    @Override
    public synchronized void follow(List<Instance> web) {
        for (int round = 1; round <= ROUNDS_MAX; round++) {
            var plan = Slots.plan(Configuration.BACKEND, states(), web);
            for (var refused : plan.refused())
                LOG.atWarn()
                        .addKeyValue("instance", refused.id())
                        .addKeyValue("address", refused.address())
                        .log("instance has no address that a load balancer could use");
            write(plan.uses());
            if (plan.waiting() == 0 && plan.commands().isEmpty()) return;
            tell(plan.commands());
            if (plan.waiting() > 0) grow(plan);
        }
        throw new PlatformUnavailable("bring HAProxy's slots in step with the web servers");
    }

    /// Reads the file again without losing a connection: the new process takes over the listening
    /// sockets, the old one finishes what it has in hand, and tells clients with its next answer to
    /// come again on a new connection.
    ///
    /// @throws PlatformUnavailable if no new process answers
    public synchronized void reload() {
        var before = processId();
        try {
            master.ask("reload");
        } catch (IOException e) {
            throw new PlatformUnavailable("reload HAProxy", e);
        }
        await(() -> !processId().equals(before), "reload HAProxy");
    }

    /// Takes no new connections from now on; what is in hand goes on. Returns at once.
    public void drain() {
        closed.countDown();
        child.ask();
    }

    /// Drains, waits for requests in hand, and ends. Idempotent.
    @Override
    public void close() {
        drain();
        awaitNoneInHand();
        // It would wait for connections that clients keep and do not use, too.
        processes().forEach(ProcessHandle::destroy);
        child.close();
    }

    private void awaitNoneInHand() {
        long deadline = System.nanoTime() + settings.drainMost().toNanos();
        try {
            do Thread.sleep(LOOK_AGAIN);
            while (hasInHand() && System.nanoTime() < deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Asks the processes of earlier reloads too.
    private boolean hasInHand() {
        try {
            for (var line : master.ask("show proc").lines().toList()) {
                var worker = WORKER.matcher(line);
                if (!worker.find()) continue;
                var stats = ServerStat.parse(master.ask("@!" + worker.group(1) + " show stat"));
                if (stats.stream().anyMatch(s -> s.isBackend() && s.sessions() > 0)) return true;
            }
            return false;
        } catch (IOException e) {
            return child.handle().isPresent();
        }
    }

    private void grow(Slots.Plan plan) {
        int count = Math.min(SLOTS_MAX, 2 * plan.uses().size() + plan.waiting());
        if (count <= plan.uses().size())
            throw new PlatformUnavailable("give HAProxy more than " + SLOTS_MAX + " servers");
        var more = new LinkedHashMap<>(free(count));
        more.putAll(plan.uses());
        write(more);
        LOG.atInfo().addKeyValue("slots", count).log("haproxy is reloaded with more slots");
        reload();
    }

    private static Map<String, Slots.Use> free(int count) {
        var uses = new LinkedHashMap<String, Slots.Use>();
        for (int i = 1; i <= count; i++) uses.put("web" + i, Slots.Use.NONE);
        return uses;
    }

    private List<ServerState> states() {
        try {
            return ServerState.parse(ask("show servers state " + Configuration.BACKEND));
        } catch (IllegalArgumentException e) {
            throw new PlatformUnavailable("understand HAProxy's answer", e);
        }
    }

    private String ask(String line) {
        try {
            return admin.ask(line);
        } catch (IOException e) {
            throw new PlatformUnavailable("ask HAProxy", e);
        }
    }

    private void tell(List<String> commands) {
        try {
            admin.tell(commands);
        } catch (IOException e) {
            throw new PlatformUnavailable("tell HAProxy", e);
        }
    }

    private String processId() {
        try {
            return admin.ask("show info")
                    .lines()
                    .filter(l -> l.startsWith("Pid:"))
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    private void awaitStart() {
        try {
            await(() -> ends.get() > 0 || !processId().isEmpty(), "start HAProxy");
            if (ends.get() > 0) throw new PlatformUnavailable("keep HAProxy running");
        } catch (PlatformUnavailable e) {
            child.close();
            throw new PlatformUnavailable("start HAProxy; " + lastWords(), e);
        }
    }

    private void await(java.util.function.BooleanSupplier claim, String what) {
        long deadline = System.nanoTime() + START_MOST.toNanos();
        while (!claim.getAsBoolean()) {
            if (System.nanoTime() > deadline) throw new PlatformUnavailable(what);
            try {
                if (closed.await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS))
                    throw new PlatformUnavailable(what + ": it is stopping");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PlatformUnavailable(what, e);
            }
        }
    }

    private String lastWords() {
        try {
            return Files.readAllLines(log()).stream()
                    .filter(l -> l.contains("[ALERT]"))
                    .findFirst()
                    .map(l -> "it says: " + l)
                    .orElse("see " + log());
        } catch (IOException e) {
            return "see " + log();
        }
    }

    /// Written aside and moved, so that a crash leaves the old file or the new one.
    private void write(Map<String, Slots.Use> uses) {
        var text = Configuration.of(settings, admin.path().toString(), uses);
        if (text.equals(written)) return;
        try {
            var aside = folder.resolve("haproxy.cfg.new");
            Files.writeString(aside, text, StandardCharsets.UTF_8);
            Files.move(aside, file(), StandardCopyOption.ATOMIC_MOVE);
            written = text;
        } catch (IOException e) {
            throw new PlatformUnavailable("write " + file(), e);
        }
    }

    private Path file() {
        return folder.resolve("haproxy.cfg");
    }

    private Path pidFile() {
        return folder.resolve("haproxy.pid");
    }

    private List<String> command() {
        var command = new ArrayList<>(List.of("/bin/sh", "-c", WATCHED, "haproxy-watch"));
        for (var part : List.of(settings.program(), master.path(), pidFile(), file()))
            command.add(part.toString());
        return command;
    }

    private static Path ownFolder(Path folder) throws IOException {
        var made = Files.createDirectories(folder).toAbsolutePath();
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwx------"));
        return made;
    }

    private static Path socketFolder(Path folder) throws IOException {
        return folder.resolve("master.sock").toString().length() <= SOCKET_PATH_MAX
                ? folder
                : Files.createTempDirectory("safelight-haproxy");
    }

    /// HAProxy shares its port with any other HAProxy of the same user, so one whose watcher was
    /// killed would go on taking a part of the connections.
    private void killLeftover() throws IOException {
        if (!Files.exists(pidFile())) return;
        var id = Files.readString(pidFile()).strip();
        if (!id.matches("\\d{1,9}")) return;
        ProcessHandle.of(Long.parseLong(id))
                .filter(p -> p.info().commandLine().orElse("").contains(file().toString()))
                .ifPresent(p -> {
                    LOG.atWarn().addKeyValue("process", id).log("leftover haproxy ended");
                    var all = p.descendants().toList();
                    p.destroyForcibly();
                    all.forEach(ProcessHandle::destroyForcibly);
                });
    }
}
