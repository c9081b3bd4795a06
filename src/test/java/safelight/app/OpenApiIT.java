package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every call that `openapi.json` describes is made, and answers as described.
class OpenApiIT {
    private static final String V1 = "/api/v1";
    private static final String BLUR = "{\"op\": \"blur\", \"sigma\": 2.5}";

    @TempDir static Path folder;

    static ServerProcess server;
    static OpenApi api;
    static TestClient nobody;
    static TestClient client;
    static TestClient stranger;

    @BeforeAll
    static void start() throws IOException {
        server =
                ServerProcess.start(
                        folder.resolve("data"),
                        "--set",
                        "jobs.time-most=5s",
                        "--set",
                        "jobs.strikes-most=1",
                        "--set",
                        "sessions.tries-per-email=2");
        nobody = TestClient.anonymous(server.url());
        client = TestClient.signedUp(server.url());
        stranger = TestClient.signedUp(server.url());
        api = new OpenApi(nobody.get("/openapi.json").is(200).json());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void everyCallAnswersAsDescribed() throws Exception {
        accounts();
        tokens();
        photos();
        uploads();
        avatar();
        jobs();
        batches();
        webhooks();
        deadJobs();
        events();
        system();

        assertThat(api.succeeded()).isEqualTo(api.calls());
        assertThat(api.refused()).hasSizeGreaterThan(20);
    }

    @Test
    void bodyWithAnUndescribedFieldWouldBeNoticed() {
        var schema = TestClient.JSON.createObjectNode().put("$ref", "#/components/schemas/Account");

        var account = client.get(V1 + "/session").json().path("account");

        assertThat(api.faults(schema, account.toString())).isEmpty();
        assertThat(api.faults(schema, account.toString().replace("\"name\"", "\"nome\"")))
                .hasSize(2);
    }

    private static void accounts() {
        var path = V1 + "/accounts";
        api.check("POST", path, nobody.signUp("openapi@example.org", TestClient.PASSWORD)).is(201);
        api.check("POST", path, nobody.signUp("openapi@example.org", TestClient.PASSWORD)).is(409);
        api.check("POST", path, nobody.signUp("openapi", "x")).is(422);
        api.check("POST", path, nobody.post(path, "{")).is(400);
        path = V1 + "/session";
        var in = api.check("POST", path, nobody.signIn("openapi@example.org", TestClient.PASSWORD));
        api.check("POST", path, nobody.signIn("none@example.org", "wrong wrong")).is(401);
        nobody.signIn("none@example.org", "wrong wrong");
        api.check("POST", path, nobody.signIn("none@example.org", "wrong wrong")).is(429);
        var visitor = nobody.withCookie(in.is(200).cookie());
        api.check("GET", path, visitor.get(path)).is(200);
        api.check("DELETE", path, visitor.delete(path, "Sec-Fetch-Site", "cross-site")).is(403);
        api.check("DELETE", path, visitor.delete(path)).is(204);
        api.check("GET", path, visitor.get(path)).is(401);
        passwords();
        path = V1 + "/sessions";
        api.check("DELETE", path, visitor.delete(path)).is(401);
        api.check("DELETE", path, TestClient.signedUp(server.url()).delete(path)).is(204);
    }

    private static void passwords() {
        var path = V1 + "/account/password";
        var changer = TestClient.signedUp(server.url());
        var next = "another long password";
        api.check("PUT", path, nobody.changePassword(TestClient.PASSWORD, next)).is(401);
        api.check("PUT", path, changer.put(path, "{")).is(400);
        api.check("PUT", path, changer.changePassword(TestClient.PASSWORD, "short")).is(422);
        api.check("PUT", path, changer.changePassword("wrong wrong", next)).is(403);
        api.check("PUT", path, changer.changePassword(TestClient.PASSWORD, next)).is(200);
    }

    private static void webhooks() {
        var path = V1 + "/account/webhook-secret";
        api.check("GET", path, client.get(path)).is(200);
        api.check("POST", path, client.post(path, "")).is(200);
        api.check("GET", path, nobody.get(path)).is(401);
        path = V1 + "/jobs";
        var body =
                "{\"photo\": \"%s\", \"operations\": [], \"webhook\": \"%s\"}"
                        .formatted(client.photo(Shots.noise(9, 9, "png", 9)), "%s");
        api.check("POST", path, client.post(path, body.formatted("http://10.0.0.1/"))).is(422);
        var told = body.formatted("http://receiver.invalid/hook");
        var job = api.check("POST", path, client.post(path, told)).is(202).json();
        client.ended(job.path("id").asText());
        path = V1 + "/webhooks/deliveries";
        var page = api.check("GET", path, client.get(path + "?limit=1")).is(200).json();
        api.check("GET", path, client.get(path + "?state=lost")).is(422);
        var one = path + "/" + page.at("/deliveries/0/id").asText();
        api.check("GET", path + "/{id}", client.get(one)).is(200);
        api.check("GET", path + "/{id}", stranger.get(one)).is(404);
        path += "/{id}/resend";
        api.check("POST", path, client.post(one + "/resend", "")).is(202);
        api.check("POST", path, stranger.post(one + "/resend", "")).is(404);
    }

    private static void tokens() {
        var path = V1 + "/tokens";
        var issued = api.check("POST", path, client.post(path, "{\"name\": \"ci\"}")).is(201);
        var program = client.withToken(issued.json().path("secret").asText());
        api.check("POST", path, client.post(path, "{\"name\": \"\"}")).is(422);
        api.check("GET", V1 + "/session", program.get(V1 + "/session")).is(200);
        api.check("GET", path, client.get(path)).is(200);
        api.check("GET", path, nobody.get(path)).is(401);
        var one = path + "/" + issued.json().path("id").asText();
        api.check("DELETE", path + "/{id}", client.delete(one)).is(204);
        api.check("DELETE", path + "/{id}", client.delete(one)).is(404);
    }

    private static void photos() {
        var path = V1 + "/photos";
        var bytes = Shots.noise(600, 60, "jpg", 1);
        var photo = api.check("POST", path, client.upload(bytes)).is(201).json().path("id");
        client.upload(bytes).is(201);
        api.check("POST", path, client.upload(new byte[9])).is(415);
        api.check("POST", path, client.upload(Shots.promising(65_536, 65_536))).is(422);
        api.check("GET", path, client.get(path + "?limit=1")).is(200);
        api.check("GET", path, client.get(path + "?limit=0")).is(422);
        var one = path + "/" + photo.asText();
        api.check("GET", path + "/{id}", client.get(one)).is(200);
        api.check("GET", path + "/{id}", stranger.get(one)).is(404);
        client.thumbnail(photo.asText()).is(200);
        for (var kind : new String[] {"/content", "/thumbnail"}) bytes(path + "/{id}", one, kind);
        var job = client.job(photo.asText(), BLUR, "Prefer", "wait=30").is(200).json();
        api.check("GET", path + "/{id}", client.get(path + "/" + job.at("/result/photo").asText()))
                .is(200);
        api.check("DELETE", path + "/{id}", stranger.delete(one)).is(404);
        api.check("DELETE", path + "/{id}", client.delete(one)).is(204);
    }

    private static void uploads() {
        var path = V1 + "/uploads";
        var none = BodyPublishers.noBody();
        api.check("OPTIONS", path, nobody.send("OPTIONS", path, none)).is(204);
        var bytes = Shots.noise(60, 60, "png", 5);
        var tus = new TusCalls(client, path);
        api.check("POST", path, tus.create(bytes.length, "a.png", none)).is(201);
        api.check("POST", path, tus.create(999_999_999, "a.png", none)).is(413);
        api.check("POST", path, new TusCalls(nobody, path).create(9, "", none)).is(401);
        api.check("POST", path, client.send("POST", path, none)).is(412);
        var one = tus.create(bytes.length, "a.png", none).header("Location").orElseThrow();
        api.check("OPTIONS", path + "/{id}", nobody.send("OPTIONS", one, none)).is(204);
        api.check("GET", path + "/{id}", client.get(one)).is(200);
        api.check("GET", path + "/{id}", stranger.get(one)).is(404);
        api.check("PATCH", path + "/{id}", tus.append(one, 1, bytes, 1, 9)).is(409);
        api.check("PATCH", path + "/{id}", tus.append(one, 0, bytes, 0, 9)).is(204);
        var wrong = tus.append(one, 9, bytes, 9, 10, "Upload-Checksum", "md5 AAAA");
        api.check("PATCH", path + "/{id}", wrong).is(460);
        api.check("PATCH", path + "/{id}", tus.append(one, 9, bytes, 9, bytes.length)).is(204);
        var done = api.check("GET", path + "/{id}", client.get(one)).is(200).json();
        client.get(V1 + "/photos/" + done.path("photo").asText()).is(200);
        api.check("POST", path + "/{id}", tus.override(one, "GET")).is(405);
        api.check("POST", path + "/{id}", tus.override(one, "DELETE")).is(204);
        api.check("DELETE", path + "/{id}", tus.end(one)).is(404);
        one = tus.create(bytes.length, "a.png", none).header("Location").orElseThrow();
        api.check("DELETE", path + "/{id}", tus.end(one)).is(204);
    }

    private static void bytes(String described, String path, String kind) {
        var answer = api.check("GET", described + kind, client.get(path + kind)).is(200);
        var tag = answer.header("ETag").orElseThrow();
        api.check("GET", described + kind, client.get(path + kind, "If-None-Match", tag)).is(304);
        api.check("GET", described + kind, client.get(path + kind, "Range", "bytes=0-3")).is(206);
        api.check("GET", described + kind, client.get(path + kind, "Range", "bytes=999999999-"))
                .is(416);
        api.check("GET", described + kind, nobody.get(path + kind)).is(401);
    }

    private static void avatar() {
        var path = V1 + "/account/avatar";
        api.check("GET", path, client.get(path)).is(404);
        var bytes = BodyPublishers.ofByteArray(Shots.noise(300, 300, "jpg", 2));
        var job = api.check("PUT", path, client.send("PUT", path, bytes)).is(202).json();
        client.ended(job.path("id").asText());
        api.check("GET", V1 + "/jobs/{id}", client.get(V1 + "/jobs/" + job.path("id").asText()));
        api.check("PUT", path, client.send("PUT", path, BodyPublishers.ofString("x"))).is(415);
        bytes(path, path, "");
    }

    private static void jobs() {
        var path = V1 + "/jobs";
        var photo = client.photo(Shots.noise(600, 60, "png", 3));
        var every =
                """
                {"op": "crop", "left": 1, "top": 0, "width": 500, "height": 60},
                {"op": "crop", "aspect": "16:9", "gravity": "north"}, {"op": "flip"},
                {"op": "resize", "width": 50}, {"op": "sharpen"}, {"op": "rotate", "angle": -90},
                {"op": "blur", "sigma": 1}\
                """;
        var ended = api.check("POST", path, client.job(photo, every, "Prefer", "wait=30")).is(200);
        api.check("POST", path, client.job(photo, BLUR, "Idempotency-Key", "k")).is(202);
        api.check("POST", path, client.job(photo, "", "Idempotency-Key", "k")).is(409);
        api.check("POST", path, client.job(photo, "{\"op\": \"x\"}")).is(422);
        api.check("POST", path, stranger.job(photo, "")).is(404);
        api.check("POST", path, client.post(path, "{")).is(400);
        api.check("GET", path, client.get(path + "?limit=1&state=succeeded")).is(200);
        api.check("GET", path, client.get(path + "?state=x")).is(422);
        var one = path + "/" + ended.json().path("id").asText();
        api.check("GET", path + "/{id}", client.get(one)).is(200);
        api.check("GET", path + "/{id}", stranger.get(one)).is(404);
        api.check("DELETE", path + "/{id}", client.delete(one)).is(409);
        api.check("POST", path + "/{id}/retry", client.post(one + "/retry", "")).is(409);
        bytes(path + "/{id}", one, "/result");
    }

    private static void batches() {
        var path = V1 + "/batches";
        var one = client.photo(Shots.noise(60, 60, "png", 6));
        var two = client.photo(Shots.noise(60, 60, "jpg", 7));
        var batch = api.check("POST", path, client.batch("", one, two)).is(202).json();
        api.check("POST", path, client.batch("", one, "nonsense")).is(422);
        api.check("POST", path, client.batch("{\"op\": \"x\"}", one)).is(422);
        api.check("POST", path, client.post(path, "{")).is(400);
        api.check("POST", path, nobody.batch("", one)).is(401);
        api.check("GET", path, client.get(path + "?limit=1")).is(200);
        api.check("GET", path, client.get(path + "?limit=0")).is(422);
        var id = batch.path("id").asText();
        api.check("GET", path + "/{id}", client.get(path + "/" + id)).is(200);
        api.check("GET", path + "/{id}", stranger.get(path + "/" + id)).is(404);
        api.check("GET", V1 + "/jobs", client.get(V1 + "/jobs?batch=" + id)).is(200);
        api.check("GET", V1 + "/jobs", stranger.get(V1 + "/jobs?batch=" + id)).is(404);
        api.check("DELETE", path + "/{id}", stranger.delete(path + "/" + id)).is(404);
        api.check("DELETE", path + "/{id}", client.delete(path + "/" + id)).is(204);
    }

    /// A job that takes too long is dead at once here.
    private static void deadJobs() {
        var path = V1 + "/jobs";
        var large = client.photo(Shots.plain(5000, 4000));
        var steps =
                String.join(",", Collections.nCopies(20, "{\"op\": \"sharpen\", \"sigma\": 100}"));
        var job = client.job(large, steps).is(202).json().path("id").asText();
        assertThat(client.ended(job).at("/error/retryable").asBoolean()).isTrue();
        api.check("GET", path + "/{id}", client.get(path + "/" + job)).is(200);
        var result = client.get(path + "/" + job + "/result");
        api.check("GET", path + "/{id}/result", result).is(409);
        var none = api.check("GET", path + "/dead", stranger.get(path + "/dead")).is(200).json();
        assertThat(none.path("jobs")).isEmpty();
        var others = stranger.get(path + "/dead?account=" + "0".repeat(26));
        api.check("GET", path + "/dead", others).is(403);
        var dead = api.check("GET", path + "/dead", client.get(path + "/dead")).is(200).json();
        assertThat(dead.at("/jobs/0/id").asText()).isEqualTo(job);
        var all = path + "/dead/retry";
        api.check("POST", all, client.post(all, "{\"most\": 0}")).is(422);
        var again = api.check("POST", all, client.post(all, "{\"text\": \"longer\"}")).is(200);
        assertThat(again.json().path("retried").asInt()).isEqualTo(1);
        client.ended(job);
        var retry = client.post(path + "/" + job + "/retry", "");
        api.check("POST", path + "/{id}/retry", retry).is(202);
        api.check("DELETE", path + "/{id}", client.delete(path + "/" + job)).is(204);
        assertThat(client.get(path + "/" + job).json().path("state").asText())
                .isEqualTo("cancelled");
    }

    /// The stream has no end, so only its beginning is looked at.
    private static void events() throws Exception {
        var path = V1 + "/events";
        api.check("GET", path, client.get(path, "Last-Event-ID", "x")).is(422);
        try (var events = new EventReader(server.url(), client)) {
            api.begins("GET", path, events.type());
        }
    }

    private static void system() {
        api.check("GET", V1 + "/formats", nobody.get(V1 + "/formats")).is(200);
        api.check("GET", V1 + "/cluster", client.get(V1 + "/cluster")).is(200);
        api.check("GET", V1 + "/cluster", stranger.get(V1 + "/cluster")).is(200);
        api.check("GET", V1 + "/cluster", nobody.get(V1 + "/cluster")).is(401);
        var self = api.check("GET", "/openapi.json", nobody.get("/openapi.json")).is(200);
        var tag = self.header("ETag").orElseThrow();
        api.check("GET", "/openapi.json", nobody.get("/openapi.json", "If-None-Match", tag))
                .is(304);
        for (var path : List.of("/health/live", "/health/ready", "/health/traffic", "/metrics"))
            api.check("GET", path, nobody.get(path)).is(200);
    }
}
