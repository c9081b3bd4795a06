package safelight.queue.artemis;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.activemq.artemis.utils.VersionLoader;
import safelight.app.FreePort;

/// Artemis as its project ships it, in a process of its own: what `artemis create` makes, without a
/// word about Safelight. Not thread-safe.
public final class StockBroker implements AutoCloseable {
    /// May do everything.
    public static final String USER = "admin";

    /// Of every user.
    public static final String PASSWORD = "a password of this test";

    private static final String HOST = "127.0.0.1";
    private static final String ACTIVE = "AMQ221007";
    private static final String WAITING = "AMQ221032";
    private static final Duration FETCH_MOST = Duration.ofMinutes(5);
    private static final Duration START_MOST = Duration.ofMinutes(2);
    private static final String[] NEEDLESS = {"amqp", "mqtt", "stomp", "hornetq"};

    private final Path home;
    private final int port;
    private Process process;

    private StockBroker(Path home, int port, List<String> more) throws IOException {
        this.home = home;
        this.port = port;
        create(more);
    }

    /// One that was never started; its instance is made in this folder, which is not there yet.
    public static StockBroker in(Path folder) throws IOException {
        return new StockBroker(folder, FreePort.find(), List.of());
    }

    /// One, and its backup, on the same disk.
    static List<StockBroker> pairIn(Path folder) throws IOException {
        int live = FreePort.find();
        int backup = FreePort.find();
        return List.of(
                new StockBroker(folder.resolve("live"), live, paired(folder, backup)),
                new StockBroker(
                        folder.resolve("backup"),
                        backup,
                        Stream.concat(Stream.of("--backup"), paired(folder, live).stream())
                                .toList()));
    }

    private static List<String> paired(Path folder, int other) {
        return List.of(
                "--clustered",
                "--cluster-user=pair",
                "--cluster-password=" + PASSWORD,
                "--shared-store",
                "--failover-on-shutdown",
                "--staticCluster=tcp://" + HOST + ":" + other,
                "--data=" + folder.resolve("data"));
    }

    /// How to get in as this user.
    public BrokerAccess access(String user) {
        return new BrokerAccess("tcp://" + HOST + ":" + port, user, PASSWORD);
    }

    /// The same file that an operator edits.
    Path file(String name) {
        return home.resolve("etc").resolve(name);
    }

    /// Changes it for the next start.
    void edit(String name, UnaryOperator<String> change) throws IOException {
        Files.writeString(file(name), change.apply(Files.readString(file(name))));
    }

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    /// Returns once it serves.
    public void start() throws IOException {
        start(ACTIVE);
    }

    /// Returns once it waits for the other of its pair to end.
    void startAsBackup() throws IOException {
        start(WAITING);
    }

    private void start(String sign) throws IOException {
        var log = home.resolve("run.log");
        Files.deleteIfExists(log);
        process = launcher(log, home.resolve("bin/artemis"), "run").start();
        long endNanos = System.nanoTime() + START_MOST.toNanos();
        while (!Files.readString(log).contains(sign)) {
            if (!process.isAlive() || System.nanoTime() > endNanos)
                throw new IOException("Artemis did not start:\n" + Files.readString(log));
            pause();
        }
    }

    /// By SIGKILL; what it had confirmed is on its disk.
    public void kill() throws IOException {
        if (process == null) return;
        process.destroyForcibly();
        await(process, START_MOST);
    }

    /// Its messages and its queues.
    public void loseDisk() throws IOException {
        try (var files = Files.walk(home.resolve("data"))) {
            for (var file : files.sorted((a, b) -> b.compareTo(a)).toList()) Files.delete(file);
        }
    }

    @Override
    public void close() throws IOException {
        kill();
    }

    private void create(List<String> more) throws IOException {
        var log = home.resolveSibling(home.getFileName() + ".create.log");
        var arguments =
                new ArrayList<>(
                        List.of(
                                "create",
                                home.toString(),
                                "--host",
                                HOST,
                                "--default-port",
                                String.valueOf(port),
                                "--user",
                                USER,
                                "--password",
                                PASSWORD,
                                "--require-login",
                                "--no-autotune",
                                "--no-web"));
        arguments.addAll(more);
        for (var protocol : NEEDLESS) arguments.add("--no-" + protocol + "-acceptor");
        run(launcher(log, distribution().resolve("bin/artemis"), arguments.toArray(String[]::new)));
        // How full the disk of a developer is does not matter.
        edit("broker.xml", text -> text.replace("<max-disk-usage>90<", "<max-disk-usage>100<"));
    }

    /// With less memory than Artemis gives itself.
    private static ProcessBuilder launcher(Path log, Path script, String... arguments) {
        var command = new ArrayList<>(List.of("bash", script.toString()));
        command.addAll(Arrays.asList(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_ARGS", "-Xmx192m -XX:+UseSerialGC -XX:TieredStopAtLevel=1");
        return builder.redirectErrorStream(true).redirectOutput(log.toFile());
    }

    /// Of the version of our own broker; fetched by Maven once for each `target`, and from its
    /// local repository the next time.
    private static synchronized Path distribution() throws IOException {
        var version = VersionLoader.getVersion().getFullVersion();
        var place = Files.createDirectories(Path.of("target/artemis").toAbsolutePath());
        var unpacked = place.resolve("apache-artemis-" + version);
        var whole = place.resolve(version + ".whole");
        // Two forks of a test run may want it at once.
        try (var channel = FileChannel.open(place.resolve("lock"), CREATE, WRITE);
                var _ = channel.lock()) {
            if (!Files.exists(whole)) {
                fetch(version, place);
                Files.createFile(whole);
            }
        }
        return unpacked;
    }

    private static void fetch(String version, Path place) throws IOException {
        run(
                new ProcessBuilder(
                                "mvn",
                                "-q",
                                "-B",
                                "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:unpack",
                                "-Dartifact=org.apache.artemis:apache-artemis:"
                                        + version
                                        + ":tar.gz:bin",
                                "-DoutputDirectory=" + place)
                        .directory(place.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(place.resolve("maven.log").toFile()));
    }

    private static void run(ProcessBuilder builder) throws IOException {
        var done = builder.start();
        await(done, FETCH_MOST);
        if (done.exitValue() == 0) return;
        var log = Files.readString(builder.redirectOutput().file().toPath());
        throw new IOException(builder.command() + " failed:\n" + log);
    }

    private static void await(Process process, Duration most) throws IOException {
        try {
            if (process.waitFor(most.toSeconds(), TimeUnit.SECONDS)) return;
            process.destroyForcibly();
            throw new IOException("the process does not end");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
