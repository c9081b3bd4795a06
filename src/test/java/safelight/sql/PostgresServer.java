package safelight.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// A real PostgreSQL for tests, on a free loopback port. One of the caller's own syncs everything
/// and is made to be killed. Its default collation is not that of bytes, as on many servers.
public final class PostgresServer implements AutoCloseable {
    private static final String ARCHIVE = "/postgres-linux-x86_64.txz";
    private static final String ADMINISTRATOR = "postgres";
    private static final String USER = "safelight";
    private static final String PASSWORD = "correct horse";
    private static final String MAIN = "safelight";
    private static final String TEMPLATE = "template_safelight";
    private static final int CONNECTIONS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private static Optional<PostgresServer> shared = Optional.empty();

    private final Path programs;
    private final Path folder;
    private final boolean isSyncing;
    private final int port;
    private final AtomicInteger databases = new AtomicInteger();
    private final Deque<PostgresAccess> free = new ArrayDeque<>();
    private boolean hasTemplate;
    private Process process;

    private PostgresServer(boolean isSyncing) {
        this.isSyncing = isSyncing;
        try {
            programs = programs();
            folder = Files.createTempDirectory("safelight-postgres");
            initialize();
            // Last, since somebody else could take it meanwhile.
            port = freePort();
            process = launched();
            administrate(
                    "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(USER, PASSWORD),
                    "CREATE DATABASE %s OWNER %s".formatted(MAIN, USER));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::close));
    }

    /// A server of the caller's own.
    public static PostgresServer start() {
        return new PostgresServer(true);
    }

    /// The server that the tests of this JVM share; not to be killed or closed, which is why it
    /// syncs nothing: a slow disk would be many a test's undoing.
    public static synchronized PostgresServer shared() {
        if (shared.isEmpty()) shared = Optional.of(new PostgresServer(false));
        return shared.get();
    }

    /// The way to one and the same database, which is empty at first.
    public PostgresAccess access() {
        return access(MAIN);
    }

    /// The way to a database that has this release's schema and no rows.
    public synchronized PostgresAccess fresh() {
        if (!free.isEmpty()) return free.removeLast();
        if (!hasTemplate) {
            administrate("CREATE DATABASE %s OWNER %s".formatted(TEMPLATE, USER));
            Database.open(access(TEMPLATE)).close();
            hasTemplate = true;
        }
        return created("TEMPLATE " + TEMPLATE);
    }

    /// The way to a new database of nothing, made with these options of CREATE DATABASE.
    public PostgresAccess created(String options) {
        var name = "test" + databases.incrementAndGet();
        administrate("CREATE DATABASE %s OWNER %s %s".formatted(name, USER, options));
        return access(name);
    }

    /// Empties a database that came from {@link #fresh}, for the next one who asks.
    public synchronized void giveBack(PostgresAccess access) {
        var others =
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = ";
        administrate(others + "'" + name(access) + "'");
        try (var connection = DriverManager.getConnection(access.url(), ADMINISTRATOR, PASSWORD);
                var statement = connection.createStatement()) {
            statement.execute(
                    """
                    DO $$
                    BEGIN
                        EXECUTE (SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ')
                                || ' RESTART IDENTITY'
                            FROM pg_tables WHERE schemaname = 'public'
                                AND tablename <> 'flyway_schema_history');
                    END $$\
                    """);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot empty " + access, e);
        }
        free.addLast(access);
    }

    /// Drops a database, whoever is connected to it.
    public void drop(PostgresAccess access) {
        administrate("DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(name(access)));
    }

    private static String name(PostgresAccess access) {
        return access.place().substring(access.place().lastIndexOf('/') + 1);
    }

    /// Runs statements as the administrator.
    public void administrate(String... statements) {
        try (var connection =
                        DriverManager.getConnection(url("postgres"), ADMINISTRATOR, PASSWORD);
                var statement = connection.createStatement()) {
            for (var sql : statements) statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(String.join("; ", statements), e);
        }
    }

    /// Kills the server by SIGKILL, and waits until its children are gone too.
    public void kill() {
        var children = process.descendants().toList();
        process.destroyForcibly();
        await(process.toHandle());
        children.forEach(PostgresServer::await);
    }

    /// Starts the server again after {@link #kill}, on the same port and data.
    public void startAgain() {
        try {
            process = launched();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Stops all of the server's processes where they are: connections stay, answers do not come.
    public void freeze() {
        signal("STOP");
    }

    /// Lets them go on.
    public void thaw() {
        signal("CONT");
    }

    /// Shuts the server down and deletes its data.
    @Override
    public void close() {
        if (process.isAlive()) {
            thaw();
            run("kill", "-INT", String.valueOf(process.pid()));
            await(process.toHandle());
        }
        delete(folder);
    }

    private PostgresAccess access(String database) {
        return new PostgresAccess(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + database,
                USER,
                PASSWORD,
                CONNECTIONS);
    }

    private String url(String database) {
        return access(database).url();
    }

    private void signal(String name) {
        signal(name, process.toHandle());
        process.descendants().forEach(child -> signal(name, child));
    }

    /// A child whose connection was just closed may be gone before its turn.
    private static void signal(String name, ProcessHandle to) {
        try {
            run("kill", "-" + name, String.valueOf(to.pid()));
        } catch (IllegalStateException e) {
            if (to.isAlive()) throw e;
        }
    }

    private static void await(ProcessHandle dying) {
        try {
            dying.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("process " + dying.pid() + " did not end", e);
        }
    }

    private void initialize() throws IOException {
        var password = folder.resolve("password");
        Files.writeString(password, PASSWORD);
        var command = new ArrayList<>(asNobody(programs.resolve("bin/initdb")));
        command.addAll(
                List.of("-D", data(), "-U", ADMINISTRATOR, "--pwfile=" + password, "--no-sync"));
        command.addAll(List.of("-A", "scram-sha-256", "-E", "UTF8", "--locale=C"));
        command.addAll(List.of("--locale-provider=icu", "--icu-locale=en"));
        run(command.toArray(String[]::new));
    }

    private Process launched() throws IOException {
        var command = new ArrayList<>(asNobody(programs.resolve("bin/postgres")));
        command.addAll(List.of("-D", data(), "-p", String.valueOf(port)));
        for (var setting :
                List.of(
                        "fsync=" + (isSyncing ? "on" : "off"),
                        "synchronous_commit=on",
                        "full_page_writes=on",
                        "listen_addresses=127.0.0.1",
                        "unix_socket_directories=",
                        "max_connections=200",
                        "shared_buffers=32MB")) command.addAll(List.of("-c", setting));
        var started =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                        .start();
        awaitReady(started);
        return started;
    }

    /// PostgreSQL does not run as root, but as one who only seems to be somebody else.
    private static List<String> asNobody(Path program) {
        boolean isRoot = System.getProperty("user.name").equals("root");
        return isRoot ? List.of("unshare", "-U", program.toString()) : List.of(program.toString());
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    private void awaitReady(Process started) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (var _ = DriverManager.getConnection(url("postgres"), ADMINISTRATOR, PASSWORD)) {
                return;
            } catch (SQLException e) {
                if (!started.isAlive() || System.nanoTime() > end)
                    throw new IOException(Files.readString(folder.resolve("log")), e);
            }
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// Unpacked once for all runs of the tests, under the name of the archive's release.
    private static Path programs() throws IOException {
        var archive = Objects.requireNonNull(PostgresServer.class.getResource(ARCHIVE));
        var jar = Path.of(archive.getPath().substring(0, archive.getPath().indexOf('!')));
        var place = Path.of("target", jar.getFileName().toString()).toAbsolutePath();
        if (Files.exists(place)) return place;
        Files.createDirectories(place.getParent());
        var unpacked = Files.createTempDirectory(place.getParent(), "postgres");
        var packed = unpacked.resolve("archive.txz");
        try (var in = archive.openStream()) {
            Files.copy(in, packed);
        }
        run("tar", "-xJf", packed.toString(), "-C", unpacked.toString());
        Files.delete(packed);
        try {
            Files.move(unpacked, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // Another run of the tests was first.
            if (!Files.exists(place)) throw e;
            delete(unpacked);
        }
        return place;
    }

    private static void run(String... command) {
        try {
            var program = new ProcessBuilder(command).redirectErrorStream(true).start();
            var said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (program.waitFor() != 0) throw new IllegalStateException(command[0] + ": " + said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) return;
        try (Stream<Path> files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList())
                Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
