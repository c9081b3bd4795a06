package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What holds for every call, and what operators rely on.
class HttpApiIT {
    private static final String BLUR = "{\"op\": \"blur\", \"sigma\": 1}";

    @TempDir static Path folder;

    static ServerProcess server;
    static TestClient administrator;
    static TestClient client;

    @BeforeAll
    static void start() throws IOException {
        server = ServerProcess.start(folder.resolve("data"));
        administrator = TestClient.signedUp(server.url());
        client = TestClient.signedUp(server.url());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void unknownPathIsAProblem() {
        for (var path :
                List.of(
                        "/nowhere",
                        "/api/v1",
                        "/api/v1/photos/",
                        "/api/v2/photos",
                        "/health/none",
                        "/ui/..%2fopenapi.json",
                        "/ui/",
                        "/errors/SL-NONE-99",
                        "/errors/x")) {
            var answer = client.get(path);
            assertThat(answer.status()).as(path).isIn(400, 404);
            assertThat(answer.json().path("code").asText()).startsWith("SL-");
        }
    }

    @Test
    void wrongMethodNamesTheRightOnes() {
        var answer =
                client.send("PATCH", "/api/v1/photos", BodyPublishers.ofString("x"))
                        .refuses(405, "SL-WEB-02");

        assertThat(List.of(answer.header("Allow").orElseThrow().split(", ")))
                .contains("GET", "POST");
        client.post("/openapi.json", "{}").refuses(405, "SL-WEB-02");
    }

    @Test
    void malformedRequestsAreProblemsWithoutAStackTrace() throws IOException {
        for (var request :
                List.of(
                        "NONSENSE\r\n\r\n",
                        "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
                        "GET / HTTP/1.1\r\n\r\n",
                        "GET /\0 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                        "GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                        "GET /%c0%ae/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                        "GET /?%zz=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
                        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        "GET / HTTP/1.1\r\nHost: x\r\nBad header\r\n\r\n",
                        "GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(20_000) + "\r\n\r\n")) {
            try (var raw = new RawHttp(server.url())) {
                var answer = raw.send(request).answer();

                assertThat(answer)
                        .as(request)
                        .doesNotContain("at safelight.", "Exception", "org.eclipse");
                if (!answer.startsWith("HTTP/1.1 200"))
                    assertThat(answer)
                            .as(request)
                            .matches("(?s)HTTP/1.1 (4\\d\\d|505) .*")
                            .contains("application/problem+json", "\"code\":\"SL-WEB-");
            }
        }
    }

    @Test
    void requestIdFollowsAJobIntoTheWorkersLog() throws IOException {
        var photo = client.photo(Shots.noise(30, 20, "jpg", 1));
        var answer = client.job(photo, BLUR, "X-Request-Id", "trace-me.1").is(202);

        client.ended(answer.json().path("id").asText());

        assertThat(answer.header("X-Request-Id")).hasValue("trace-me.1");
        Deadline.of(Duration.ofSeconds(10))
                .until(() ->
                        server.log()
                                .lines()
                                .anyMatch(l ->
                                        l.contains("trace-me.1")
                                                && l.contains("job attempt ended")));
        assertThat(client.get("/api/v1/session", "X-Request-Id", "a b").header("X-Request-Id"))
                .hasValueSatisfying(id -> assertThat(id).doesNotContain(" "));
        var refused = client.get("/nowhere", "X-Request-Id", "lost").json();
        assertThat(refused.path("request").asText()).isEqualTo("lost");
    }

    @Test
    void logsHoldNoSecrets() throws IOException {
        client.get("/api/v1/session").is(200);

        assertThat(server.log())
                .doesNotContain(TestClient.PASSWORD, client.email())
                .doesNotContain(client.credentialLine().replaceFirst(".*=", ""));
    }

    @Test
    void clusterShowsInstancesToTheAdministratorAlone() {
        var all = administrator.get("/api/v1/cluster").is(200).json();
        var some = client.get("/api/v1/cluster").is(200).json();

        assertThat(all.at("/instances").findValuesAsText("role")).contains("web", "worker");
        assertThat(some.has("instances")).isFalse();
        assertThat(some.at("/running/worker").asInt()).isEqualTo(1);
        assertThat(some.path("queue")).isNotEmpty();
    }

    @Test
    void formatsAreThoseThatReallyWork() {
        var photo = client.photo(Shots.noise(30, 20, "jpg", 2));
        var encodes = client.get("/api/v1/formats").is(200).json().path("encode");
        assertThat(encodes).extracting(e -> e.asText()).contains("jpeg", "png");

        for (var format : encodes) {
            var body = "{\"photo\": \"%s\", \"output\": {\"format\": \"%s\"}}";
            var job =
                    client.post(
                                    "/api/v1/jobs",
                                    body.formatted(photo, format.asText()),
                                    "Prefer",
                                    "wait=30")
                            .is(200)
                            .json();

            assertThat(job.at("/result/format")).as("%s", job).isEqualTo(format);
        }
    }

    @Test
    void healthAndMetricsNeedNobody() {
        var nobody = TestClient.anonymous(server.url());

        assertThat(nobody.get("/health/live").is(200).json().path("status").asText())
                .isEqualTo("live");
        assertThat(nobody.get("/health/ready").is(200).json().path("complaints")).isEmpty();
        assertThat(nobody.get("/metrics").is(200).text())
                .contains("safelight_web_requests_seconds");
    }

    @Test
    void uploadInHandIsFinishedOnStop() throws IOException {
        var data = folder.resolve("stopping");
        var png = Shots.noise(200, 200, "png", 3);
        TestClient owner;
        try (var stopping = ServerProcess.start(data);
                var raw = new RawHttp(stopping.url())) {
            owner = TestClient.signedUp(stopping.url());
            raw.send(
                    "POST /api/v1/photos HTTP/1.1\r\nHost: localhost\r\n%s\r\nContent-Length: %d\r\n\r\n"
                            .formatted(owner.credentialLine(), png.length));
            raw.send(png, 0, png.length / 2);
            Deadline.of(Duration.ofSeconds(10)).until(() -> !DataFolder.leftovers(data).isEmpty());

            stopping.handle().destroy();
            Deadline.of(Duration.ofSeconds(10)).until(() -> stopping.log().contains("draining"));
            raw.send(png, png.length / 2, png.length - png.length / 2);

            assertThat(raw.answer()).startsWith("HTTP/1.1 201 ");
        }
        try (var again = ServerProcess.start(data)) {
            assertThat(owner.at(again.url()).get("/api/v1/photos").json().path("photos"))
                    .hasSize(1);
        }
    }
}
