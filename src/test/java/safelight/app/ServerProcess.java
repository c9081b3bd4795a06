package safelight.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A real `safelight serve` in processes of its own, on a free port of loopback. What it logs is
/// kept in `server.log` beside the data folder.
public final class ServerProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("is ready at (http://\\S+)");
    private static final Duration START_MOST = Duration.ofSeconds(120);
    private static final Duration STOP_MOST = Duration.ofSeconds(60);

    private final Process process;
    private final ProcessHandle server;
    private final String url;
    private final Path log;

    private ServerProcess(Process process, ProcessHandle server, String url, Path log) {
        this.process = process;
        this.server = server;
        this.url = url;
        this.log = log;
    }

    /// Starts the packaged release on this data folder.
    public static ServerProcess start(Path data, String... options) throws IOException {
        return start(Main.class, List.of(), data, options);
    }

    /// Starts another `main`, after `wrapper` (such as strace and its options).
    static ServerProcess start(Class<?> main, List<String> wrapper, Path data, String... options)
            throws IOException {
        var command = new ArrayList<>(wrapper);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseSerialGC",
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(),
                        main.getName(),
                        "serve",
                        "--port",
                        "0",
                        "--data",
                        data.toString()));
        command.addAll(List.of(options));
        Files.createDirectories(data);
        var log = data.resolveSibling(data.getFileName() + ".server.log");
        var process =
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        var address = address(process, log);
        var server =
                wrapper.isEmpty()
                        ? process.toHandle()
                        : process.children().findFirst().orElseThrow();
        return new ServerProcess(process, server, address, log);
    }

    /// Where it answers, without a slash at the end.
    public String url() {
        return url;
    }

    /// The web process; the worker is its child.
    ProcessHandle handle() {
        return server;
    }

    /// The worker process that runs now.
    ProcessHandle worker() {
        return workers()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no worker process; see " + log));
    }

    /// The worker process that takes the place of one that was killed, as soon as it runs.
    ProcessHandle workerAfter(ProcessHandle killed) {
        return Deadline.of(START_MOST)
                .present(() -> workers().filter(p -> p.pid() != killed.pid()).findFirst());
    }

    private Stream<ProcessHandle> workers() {
        return process.descendants()
                .filter(p -> p.info().commandLine().orElse("").contains("child-worker"));
    }

    /// Everything that it logged.
    String log() throws IOException {
        return Files.readString(log);
    }

    /// `kill -9` of all of its processes at once.
    void kill() throws InterruptedException {
        var all = new ArrayList<>(process.descendants().toList());
        all.addFirst(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        process.waitFor();
        for (var each : all) each.onExit().join();
    }

    /// SIGTERM, and waits until it has drained.
    @Override
    public void close() {
        server.destroy();
        try {
            if (!process.waitFor(STOP_MOST.toSeconds(), TimeUnit.SECONDS)) kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The release's jar if it was packaged, else the classes; and the tests' own classes.
    static String classPath() {
        var jar = System.getProperty("safelight.jar", "");
        return jar.isEmpty() || !Files.exists(Path.of(jar))
                ? System.getProperty("java.class.path")
                : jar
                        + java.io.File.pathSeparator
                        + Path.of("target/test-classes").toAbsolutePath();
    }

    private static String address(Process process, Path log) throws IOException {
        var found = new CompletableFuture<String>();
        Thread.ofVirtual().start(() -> read(process, found));
        try {
            return found.get(START_MOST.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            process.destroyForcibly();
            throw new IOException("the server did not start:\n" + Files.readString(log), e);
        }
    }

    private static void read(Process process, CompletableFuture<String> found) {
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var match = READY.matcher(line);
                if (match.find()) found.complete(match.group(1));
            }
            found.completeExceptionally(new IOException("it ended"));
        } catch (IOException e) {
            found.completeExceptionally(e);
        }
    }
}
