package safelight.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A PostgreSQL for this host alone, started for `up`: on loopback, with a password, every commit
/// synced. It refuses to run as root, so root lends it to the user that its package made.
final class LocalPostgres {
    private static final Logger LOG = LoggerFactory.getLogger(LocalPostgres.class);
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final String ITS_USER = "postgres";
    private static final String USER = "safelight";
    private static final int SECRET_BYTES = 16;

    private final Path bin;
    private final Path folder;
    private final Path logs;

    private LocalPostgres(Path bin, Path data, Path logs) {
        this.bin = bin;
        this.folder = data.resolve("postgresql");
        this.logs = logs;
    }

    /// Whether there is one to start that can work in this folder: root's own folders are closed to
    /// the user that it runs as.
    static boolean isUsable(Path data) throws IOException, InterruptedException {
        if (bin().isEmpty()) return false;
        if (!isRoot()) return true;
        var look = new ProcessBuilder(asUser("test", "-x", data.toString()));
        if (look.redirectErrorStream(true).start().waitFor() == 0) return true;
        LOG.atWarn().addKeyValue("folder", data).log("PostgreSQL's user cannot reach the data");
        return false;
    }

    /// Starts it on a free port, after making its database the first time; returns the settings by
    /// which others find it.
    static Map<String, String> start(Path data, Path logs, Running running)
            throws IOException, InterruptedException {
        var bin = bin().orElseThrow(() -> new CannotStart("PostgreSQL is not installed."));
        return new LocalPostgres(bin, data, logs).start(running);
    }

    private Map<String, String> start(Running running) throws IOException, InterruptedException {
        var secret = folder.resolveSibling("postgresql.password");
        if (!Files.exists(folder.resolve("PG_VERSION"))) make(secret);
        int port = FreePort.find();
        var log = logs.resolve("postgresql.log");
        running.add(
                EngineProcess.start(
                        "postgresql",
                        "INT",
                        log,
                        asUser(
                                bin.resolve("postgres").toString(),
                                "-D",
                                folder.toString(),
                                "-p",
                                Integer.toString(port))));
        FreePort.awaitTaken(port, "PostgreSQL", log);
        return Map.of(
                Engines.CATALOG.key(),
                Engines.POSTGRESQL,
                Engines.PG_URL.key(),
                "jdbc:postgresql://127.0.0.1:" + port + "/" + USER,
                Engines.PG_USER.key(),
                USER,
                Engines.PG_PASSWORD.key(),
                Files.readString(secret).strip());
    }

    private void make(Path secret) throws IOException, InterruptedException {
        var bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        var fresh = folder.resolveSibling("postgresql.new");
        remove(fresh);
        Files.createDirectories(
                fresh,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        PrivateFile.write(secret, HexFormat.of().formatHex(bytes));
        var forIt =
                PrivateFile.write(fresh.resolveSibling("postgresql.pw"), Files.readString(secret));
        give(fresh);
        give(forIt);
        run(
                asUser(
                        bin.resolve("initdb").toString(),
                        "-D",
                        fresh.toString(),
                        "-U",
                        USER,
                        "--auth=scram-sha-256",
                        "--pwfile=" + forIt,
                        "--encoding=UTF8",
                        "--locale=C.UTF-8"));
        Files.delete(forIt);
        Files.writeString(
                fresh.resolve("postgresql.auto.conf"),
                """
                listen_addresses = '127.0.0.1'
                unix_socket_directories = ''
                max_connections = 200
                fsync = on
                synchronous_commit = on
                """);
        give(fresh.resolve("postgresql.auto.conf"));
        database(fresh);
        Files.move(fresh, folder);
    }

    private void database(Path fresh) throws IOException, InterruptedException {
        var single =
                asUser(
                        bin.resolve("postgres").toString(),
                        "--single",
                        "-D",
                        fresh.toString(),
                        ITS_USER);
        var process = builder(single).start();
        try (var input = process.outputWriter()) {
            input.write("CREATE DATABASE " + USER + " OWNER " + USER + "\n");
        }
        if (process.waitFor() != 0) throw refused("database could not be made");
    }

    private void run(List<String> command) throws IOException, InterruptedException {
        if (builder(command).start().waitFor() != 0) throw refused("database could not be made");
    }

    private ProcessBuilder builder(List<String> command) {
        return new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(logs.resolve("postgresql.log").toFile()));
    }

    private CannotStart refused(String what) {
        return new CannotStart(
                "PostgreSQL's %s; see %s. `--set catalog.engine=sqlite` does without."
                        .formatted(what, logs.resolve("postgresql.log")));
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static List<String> asUser(String... command) {
        var whole = new ArrayList<String>();
        if (isRoot())
            whole.addAll(
                    List.of(
                            "setpriv",
                            "--reuid=" + ITS_USER,
                            "--regid=" + ITS_USER,
                            "--clear-groups",
                            "--"));
        whole.addAll(List.of(command));
        return whole;
    }

    private static void give(Path file) throws IOException {
        if (!isRoot()) return;
        var owner =
                file.getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName(ITS_USER);
        Files.setOwner(file, owner);
    }

    private static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        LOG.atInfo().addKeyValue("folder", folder).log("an unfinished database is made again");
        try (var all = Files.walk(folder)) {
            for (var each : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
        }
    }

    private static Optional<Path> bin() {
        if (!Files.isDirectory(DEBIAN)) return Optional.empty();
        try (var versions = Files.list(DEBIAN)) {
            return versions.map(v -> v.resolve("bin"))
                    .filter(b -> Files.isExecutable(b.resolve("postgres")))
                    .max(Comparator.comparing(Path::toString));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
