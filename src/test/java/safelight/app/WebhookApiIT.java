package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.webhooks.Receiver;

/// What programs rely on when they want to hear of an end.
class WebhookApiIT {
    private static final String DELIVERIES = "/api/v1/webhooks/deliveries";
    private static final String SECRET = "/api/v1/account/webhook-secret";
    private static final String BLUR = "{\"op\": \"blur\", \"sigma\": 1}";
    private static final String[] OPTIONS = {
        "--set", "webhooks.allow=127.0.0.0/8", "--set", "webhooks.pause-first=100ms"
    };

    /// A server's claims end so long after it began to send, and half a minute.
    private static final String[] IMPATIENT = {
        "--set", "webhooks.allow=127.0.0.0/8", "--set", "webhooks.time-most=1s"
    };

    @TempDir static Path folder;

    static ServerProcess server;
    static TestClient client;
    static String photo;

    @BeforeAll
    static void start() throws IOException {
        server = ServerProcess.start(folder.resolve("data"), OPTIONS);
        client = TestClient.signedUp(server.url());
        photo = client.photo(Shots.noise(60, 40, "png", 1));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String body(String webhook) {
        return "{\"photo\": \"%s\", \"operations\": [%s], \"webhook\": \"%s\"}"
                .formatted(photo, BLUR, webhook);
    }

    private static JsonNode json(Receiver.Got got) throws IOException {
        return TestClient.JSON.readTree(got.body());
    }

    private static void until(TestClient owner, String delivery, String state) {
        Deadline.of(Duration.ofMinutes(1))
                .until(() ->
                        owner.get(DELIVERIES + "/" + delivery)
                                .is(200)
                                .json()
                                .path("state")
                                .asText()
                                .equals(state));
    }

    @Test
    void endOfAJobIsToldAsTheApiShowsIt() throws Exception {
        try (var receiver = new Receiver(500, 200)) {
            var url = receiver.url("/hook?a=b");

            var job = client.post("/api/v1/jobs", body(url)).is(202).json();

            assertThat(job.path("webhook").asText()).isEqualTo(url);
            receiver.next();
            var got = receiver.next();
            var told = json(got);
            assertThat(told.path("type").asText()).isEqualTo("job.succeeded");
            assertThat(told.path("id").asText()).isEqualTo(got.id());
            var id = job.path("id").asText();
            assertThat(told.path("data")).isEqualTo(client.get("/api/v1/jobs/" + id).json());
            until(client, got.id(), "delivered");
            var delivery = client.get(DELIVERIES + "/" + got.id()).json();
            assertThat(delivery.path("subject").asText()).isEqualTo(id);
            assertThat(delivery.path("attempts").findValuesAsText("status"))
                    .containsExactly("500", "200");
        }
    }

    @Test
    void signatureIsWhatTheDocumentedReceiverAccepts() throws Exception {
        try (var receiver = new Receiver(200)) {
            var owner = TestClient.signedUp(server.url());
            var own = owner.photo(Shots.noise(60, 40, "png", 2));
            var first = owner.get(SECRET).is(200).json().path("secret").asText();
            var next = owner.post(SECRET, "").is(200).json().path("secret").asText();
            owner.post("/api/v1/jobs", body(receiver.url("/")).replace(photo, own)).is(202);

            var got = receiver.next();

            assertThat(verified(next, got, got.body())).isEqualTo("True");
            assertThat(verified(first, got, got.body())).isEqualTo("True");
            assertThat(verified(next, got, "{}".getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo("False");
            owner.post(SECRET, "").is(200);
            var other = owner.post(SECRET, "").is(200).json().path("secret").asText();
            assertThat(verified(other, got, got.body())).isEqualTo("False");
        }
    }

    /// By the code in the operator's documentation.
    private static String verified(String secret, Receiver.Got got, byte[] body) throws Exception {
        var page = Files.readString(Path.of("docs/operate/webhooks.md"));
        var code = Pattern.compile("```python\n(.*?)```", Pattern.DOTALL).matcher(page);
        assertThat(code.find()).isTrue();
        var call =
                """
                import sys
                headers = dict(zip(["webhook-id", "webhook-timestamp", "webhook-signature"], sys.argv[2:]))
                print(verify(sys.argv[1], headers, sys.stdin.buffer.read()))
                """;
        var python =
                new ProcessBuilder(
                                "python3",
                                "-c",
                                code.group(1) + call,
                                secret,
                                got.id(),
                                got.time(),
                                got.signature())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (var in = python.getOutputStream()) {
            in.write(body);
        }
        return new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    @Test
    void batchIsToldOfOnceAndItsJobsAreNot() throws Exception {
        try (var receiver = new Receiver(200)) {
            var other = client.photo(Shots.noise(60, 40, "png", 3));
            var request =
                    "{\"photos\": [\"%s\", \"%s\"], \"operations\": [%s], \"webhook\": \"%s\"}"
                            .formatted(photo, other, BLUR, receiver.url("/"));
            var batch = client.post("/api/v1/batches", request).is(202).json();

            var told = json(receiver.next());

            assertThat(told.path("type").asText()).isEqualTo("batch.finished");
            assertThat(told.at("/data/id")).isEqualTo(batch.path("id"));
            assertThat(told.at("/data/counts/succeeded").asInt()).isEqualTo(2);
            assertThat(batch.path("webhook").asText()).isEqualTo(receiver.url("/"));
            assertThat(receiver.rest()).isEmpty();
        }
    }

    @Test
    void wrongUrlsAreRefusedByTheirPlace() {
        for (var url :
                List.of(
                        "",
                        "ftp://example.org",
                        "http://10.0.0.1/",
                        "http://[::1]/",
                        "https://user:secret@example.org",
                        "https://example.org/" + "a".repeat(2048)))
            assertThat(client.post("/api/v1/jobs", body(url)).is(422).pointers())
                    .containsExactly("/webhook");
        var number = body("x").replace("\"x\"", "7");
        assertThat(client.post("/api/v1/jobs", number).is(422).pointers())
                .containsExactly("/webhook");
    }

    @Test
    void webhookIsPartOfWhatAKeyStandsFor() throws Exception {
        try (var receiver = new Receiver(200)) {
            var key = new String[] {"Idempotency-Key", "hook"};
            var first = client.post("/api/v1/jobs", body(receiver.url("/a")), key).is(202).json();
            var again = client.post("/api/v1/jobs", body(receiver.url("/a")), key).is(202).json();

            assertThat(again.path("id")).isEqualTo(first.path("id"));
            client.post("/api/v1/jobs", body(receiver.url("/b")), key).refuses(409, "SL-JOB-02");
        }
    }

    @Test
    void othersSeeNothingOfIt() throws Exception {
        try (var receiver = new Receiver(410)) {
            client.post("/api/v1/jobs", body(receiver.url("/"))).is(202);
            var id = receiver.next().id();
            until(client, id, "failed");
            var stranger = TestClient.signedUp(server.url());

            stranger.get(DELIVERIES + "/" + id).refuses(404, "SL-WEBHOOK-01");
            stranger.post(DELIVERIES + "/" + id + "/resend", "").refuses(404, "SL-WEBHOOK-01");
            assertThat(stranger.get(DELIVERIES).is(200).json().path("deliveries")).isEmpty();
            assertThat(stranger.get(SECRET).json()).isNotEqualTo(client.get(SECRET).json());

            client.post(DELIVERIES + "/" + id + "/resend", "").is(202);
            assertThat(receiver.next().id()).isEqualTo(id);
        }
    }

    @Test
    void serverThatIsKilledBeforeItsReceiverAnswersLosesNoMessage() throws Exception {
        var data = folder.resolve("killed");
        try (var hanging = Receiver.hanging()) {
            var victim = ServerProcess.start(data, IMPATIENT);
            var owner = TestClient.signedUp(victim.url());
            var own = owner.photo(Shots.noise(60, 40, "png", 4));
            owner.post("/api/v1/jobs", body(hanging.url("/")).replace(photo, own)).is(202);
            var first = hanging.next();

            victim.kill();

            try (var next = ServerProcess.start(data, IMPATIENT)) {
                assertThat(hanging.next().id()).isEqualTo(first.id());
                var heir = owner.at(next.url());
                var delivery = heir.get(DELIVERIES + "/" + first.id()).is(200).json();
                assertThat(delivery.path("state").asText()).isEqualTo("pending");
            }
        }
    }
}
