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

/// One real process of any role, such as `safelight web`. What it logs is kept beside its data
/// folder.
public final class RoleProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("is ready(?: at (\\S+))?");
    private static final Duration START_MOST = Duration.ofSeconds(120);
    private static final Duration STOP_MOST = Duration.ofSeconds(60);

    private final Process process;
    private final CompletableFuture<String> address;
    private final Path log;

    private RoleProcess(Process process, CompletableFuture<String> address, Path log) {
        this.process = process;
        this.address = address;
        this.log = log;
    }

    /// Starts `safelight ROLE --data DATA OPTIONS...` and does not wait for it.
    public static RoleProcess begin(String name, String role, Path data, List<String> options)
            throws IOException {
        return begin(Main.class, name, role, data, options);
    }

    /// The same with another `main`.
    static RoleProcess begin(
            Class<?> main, String name, String role, Path data, List<String> options)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseSerialGC",
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-cp",
                        ServerProcess.classPath(),
                        main.getName(),
                        role,
                        "--data",
                        data.toString()));
        command.addAll(options);
        Files.createDirectories(data);
        var log = data.resolveSibling(data.getFileName() + "." + name + ".log");
        var process =
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        var address = new CompletableFuture<String>();
        Thread.ofVirtual().start(() -> read(process, address));
        return new RoleProcess(process, address, log);
    }

    /// Starts it and waits until it can serve.
    public static RoleProcess start(String name, String role, Path data, List<String> options)
            throws IOException {
        var started = begin(name, role, data, options);
        started.address();
        return started;
    }

    /// Where it serves, once it does; empty for a role that serves nowhere.
    public String address() throws IOException {
        try {
            return address.get(START_MOST.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            process.destroyForcibly();
            throw new IOException("the process did not start:\n" + log(), e);
        }
    }

    /// The process.
    public Process process() {
        return process;
    }

    /// Everything that it logged.
    public String log() throws IOException {
        return Files.readString(log);
    }

    /// `kill -9`.
    public void kill() throws InterruptedException {
        var all = new ArrayList<>(process.descendants().toList());
        all.addFirst(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        process.waitFor();
        for (var each : all) each.onExit().join();
    }

    /// SIGTERM, and waits until it has drained.
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_MOST.toSeconds(), TimeUnit.SECONDS)) kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void read(Process process, CompletableFuture<String> address) {
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var match = READY.matcher(line);
                if (match.find()) address.complete(match.group(1) == null ? "" : match.group(1));
            }
            address.completeExceptionally(new IOException("it ended"));
        } catch (IOException e) {
            address.completeExceptionally(e);
        }
    }
}
