package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients that keep their requests open, and strange ones, take nothing away from the others.
class CrowdIT {
    private static final int CROWD = 300;

    @TempDir private static Path folder;
    private static ServerProcess server;

    @BeforeAll
    static void start() throws IOException {
        server = ServerProcess.start(folder.resolve("data"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void serverAnswersBesideHundredsOfUnfinishedRequests() throws Exception {
        var sockets = new ArrayList<Socket>();
        try {
            for (int i = 0; i < CROWD; i++)
                sockets.add(
                        begin(
                                """
                                POST /api/v1/session HTTP/1.1
                                Host: localhost
                                Content-Type: application/json
                                Content-Length: 500

                                {\
                                """));

            assertThat(status("/health/live", "GET")).isEqualTo(200);
            assertThat(status("/api/v1/formats", "GET")).isEqualTo(200);
        } finally {
            for (var socket : sockets) socket.close();
        }
        assertThat(status("/health/live", "GET")).isEqualTo(200);
    }

    @Test
    void serverAnswersBesideHundredsOfEventStreams() throws Exception {
        var client = Client.signUp(server.url(), "crowd@example.org");
        var token = client.send("POST", "/tokens", "{\"name\":\"crowd\"}", List.of());
        var secret = token.body().replaceAll(".*\"secret\":\"([^\"]+)\".*", "$1");
        var sockets = new ArrayList<Socket>();
        try {
            for (int i = 0; i < CROWD; i++) {
                var socket =
                        begin(
                                """
                                GET /api/v1/events HTTP/1.1
                                Host: localhost
                                Authorization: Bearer %s

                                """
                                        .formatted(secret));
                sockets.add(socket);
                var answer = new byte[12];
                socket.getInputStream().readNBytes(answer, 0, answer.length);
                assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
            }

            assertThat(status("/health/live", "GET")).isEqualTo(200);
        } finally {
            for (var socket : sockets) socket.close();
        }
    }

    @Test
    void inventedMethodsAreOneMeter() throws Exception {
        for (int i = 0; i < 20; i++) assertThat(status("/", "ZZ" + i)).isEqualTo(405);

        assertThat(body("/metrics")).contains("method=\"other\"").doesNotContain("ZZ");
    }

    private static Socket begin(String text) throws IOException {
        var uri = URI.create(server.url());
        var socket = new Socket("127.0.0.1", uri.getPort());
        socket.getOutputStream()
                .write(text.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static int status(String path, String method) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request(path, method), BodyHandlers.discarding()).statusCode();
        }
    }

    private static String body(String path) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request(path, "GET"), BodyHandlers.ofString()).body();
        }
    }

    private static HttpRequest request(String path, String method) {
        return HttpRequest.newBuilder(URI.create(server.url() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(Duration.ofSeconds(30))
                .build();
    }
}
