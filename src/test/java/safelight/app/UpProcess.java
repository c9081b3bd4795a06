package safelight.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A real `safelight up`, with all its processes. What it says is in `up.out` and `up.err` beside
/// the data folder.
final class UpProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("is ready at (http://\\S+)");
    private static final Pattern FIGURES = Pattern.compile("figures\\s+(http://\\S+)");
    private static final Pattern IN_USE =
            Pattern.compile(
                    "haproxy_server_status\\{proxy=\"web\",server=\"web\\d+\",state=\"UP\"} 1");
    private static final Pattern ANSWERS =
            Pattern.compile(
                    "haproxy_server_http_responses_total"
                            + "\\{proxy=\"web\",server=\"(web\\d+)\",code=\"2xx\"} (\\d+)");
    private static final Duration START_MOST = Duration.ofMinutes(3);
    private static final Duration STOP_MOST = Duration.ofMinutes(2);

    private final Process process;
    private final Path folder;
    private String url = "";

    private UpProcess(Process process, Path folder) {
        this.process = process;
        this.folder = folder;
    }

    /// Starts it, and waits until it serves.
    static UpProcess start(Path folder, String... options) throws IOException {
        var up = launch(folder, options);
        Deadline.of(START_MOST).until(() -> up.hasStarted() || !up.process.isAlive());
        if (!up.process.isAlive()) throw new IOException("up did not start: " + up.errors());
        return up;
    }

    /// Starts it, and does not wait.
    static UpProcess launch(Path folder, String... options) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseSerialGC",
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "up",
                        "--port",
                        "0",
                        "--data",
                        folder.resolve("data").toString()));
        command.addAll(List.of(options));
        var process =
                new ProcessBuilder(command)
                        .redirectOutput(folder.resolve("up.out").toFile())
                        .redirectError(
                                ProcessBuilder.Redirect.appendTo(folder.resolve("up.err").toFile()))
                        .start();
        return new UpProcess(process, folder);
    }

    String url() {
        return url;
    }

    /// How many web servers HAProxy sends requests to, by its own figures.
    long serversInUse() throws IOException, InterruptedException {
        return figures().lines().filter(l -> IN_USE.matcher(l).matches()).count();
    }

    /// How many good answers HAProxy had from each of its slots for web servers.
    Map<String, Long> answers() throws IOException, InterruptedException {
        return ANSWERS.matcher(figures())
                .results()
                .collect(Collectors.toMap(r -> r.group(1), r -> Long.parseLong(r.group(2))));
    }

    private String figures() throws IOException, InterruptedException {
        var figures = FIGURES.matcher(Files.readString(folder.resolve("up.out")));
        if (!figures.find()) throw new IOException("up names no page of figures");
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(figures.group(1) + "/metrics"));
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    Process process() {
        return process;
    }

    String errors() throws IOException {
        return Files.readString(folder.resolve("up.err"));
    }

    /// Which servers HAProxy took out and put in again, and why.
    String balancerSays() {
        try {
            return Files.readString(folder.resolve("data/haproxy/haproxy.log"));
        } catch (IOException e) {
            return "HAProxy's log cannot be read: " + e;
        }
    }

    /// The processes of one role that run now.
    List<ProcessHandle> of(String role) {
        return process.descendants()
                .filter(p -> commandLine(p).contains("Main " + role + " "))
                .toList();
    }

    /// ProcessHandle.Info cuts it off after a page of memory, which a class path may fill.
    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", "" + process.pid(), "cmdline"))
                    .replace('\0', ' ');
        } catch (IOException e) {
            return "";
        }
    }

    /// SIGTERM; waits until it has ended, with all that it started.
    @Override
    public void close() throws IOException {
        var all = process.descendants().toList();
        process.toHandle().destroy();
        try {
            if (!process.waitFor(STOP_MOST.toSeconds(), TimeUnit.SECONDS))
                throw new IOException("up did not end: " + errors());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            all.forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private boolean hasStarted() throws IOException {
        var found = Optional.of(READY.matcher(Files.readString(folder.resolve("up.out"))));
        found.filter(java.util.regex.Matcher::find).ifPresent(m -> url = m.group(1));
        return !url.isEmpty();
    }
}
