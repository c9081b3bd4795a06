package safelight.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import safelight.platform.haproxy.HaproxySettings;

/// HAProxy as many set it up for servers that hold sessions: a cookie names the server.
record StickyBalancer(Process process, String url) implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(60);

    static StickyBalancer start(Path folder, List<String> servers)
            throws IOException, InterruptedException {
        int port = FreePort.find();
        var lines =
                IntStream.range(0, servers.size())
                        .mapToObj(i ->
                                "  server s%d %s check inter 500ms fall 2 cookie s%d"
                                        .formatted(i, servers.get(i), i))
                        .toList();
        var file =
                Files.writeString(
                        folder.resolve("sticky.cfg"),
                        """
                        defaults
                          mode http
                          timeout connect 2s
                          timeout client 30s
                          timeout server 30s
                          option redispatch
                        listen sticky
                          bind 127.0.0.1:%d
                          balance roundrobin
                          cookie SERVER insert indirect nocache
                        %s
                        """
                                .formatted(port, String.join("\n", lines)));
        var process =
                new ProcessBuilder(HaproxySettings.PROGRAM.toString(), "-db", "-f", file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("sticky.log").toFile())
                        .start();
        FreePort.awaitTaken(port, "HAProxy", folder.resolve("sticky.log"));
        return new StickyBalancer(process, "http://127.0.0.1:" + port);
    }

    /// A new account whose client sends both cookies: its session's and the server's.
    static TestClient signedUp(String url) {
        var anonymous = TestClient.anonymous(url);
        var answer =
                anonymous.signUp(UUID.randomUUID() + "@example.org", TestClient.PASSWORD).is(201);
        return anonymous.withCookie(
                String.join(
                        "; ",
                        answer.response().headers().allValues("Set-Cookie").stream()
                                .map(c -> c.replaceFirst(";.*", ""))
                                .toList()));
    }

    /// Waits until no request goes to a server that is gone.
    void awaitServing(TestClient any, int count) {
        Deadline.of(SOON)
                .until(() ->
                        IntStream.range(0, 4 * count)
                                .allMatch(_ -> any.get("/api/v1/session").status() < 500));
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
