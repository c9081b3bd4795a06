package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What people and programs rely on when they hand in jobs and follow them.
class JobApiIT {
    private static final String JOBS = "/api/v1/jobs";
    private static final String BLUR = "{\"op\": \"blur\", \"sigma\": 1}";

    @TempDir static Path folder;

    static ServerProcess server;
    static TestClient client;
    static String photo;

    @BeforeAll
    static void start() throws IOException {
        server = ServerProcess.start(folder.resolve("data"));
        client = TestClient.signedUp(server.url());
        photo = client.photo(Shots.noise(300, 200, "jpg", 1));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void waitedForJobGivesAPictureOfTheAskedSize() {
        var operations =
                """
                {"op": "crop", "left": 20, "top": 10, "width": 160, "height": 120},
                {"op": "sharpen", "sigma": 1.5, "amount": 0.5}, {"op": "blur", "sigma": 2}\
                """;

        var answer = client.job(photo, operations, "Prefer", "wait=30");

        var job = answer.is(200).json();
        assertThat(job.path("state").asText()).as("%s", job).isEqualTo("succeeded");
        assertThat(answer.header("Preference-Applied")).hasValue("wait=30");
        assertThat(job.at("/result/width").asInt()).isEqualTo(160);
        var result = client.get(job.at("/result/url").asText()).is(200);
        var image = Shots.opened(result.bytes());
        assertThat(image.getWidth()).isEqualTo(160);
        assertThat(image.getHeight()).isEqualTo(120);
        assertThat(result.bytes()).hasSize(job.at("/result/bytes").asInt());
        var made = client.get("/api/v1/photos/" + job.at("/result/photo").asText()).is(200).json();
        assertThat(made.path("parent").asText()).isEqualTo(photo);
        assertThat(made.path("job")).isEqualTo(job.path("id"));
    }

    @Test
    void jobIsAcceptedAtOnceAndFoundWhereTheAnswerSays() {
        var answer = client.job(photo, BLUR).is(202);

        var job = answer.json();
        assertThat(answer.header("Location")).hasValue(JOBS + "/" + job.path("id").asText());
        assertThat(client.get(answer.header("Location").orElseThrow()).json().path("photo"))
                .isEqualTo(job.path("photo"));
        assertThat(client.ended(job.path("id").asText()).path("state").asText())
                .isEqualTo("succeeded");
    }

    @Test
    void resultIsOfTheAskedFormat() {
        var body =
                """
                {"photo": "%s", "operations": [{"op": "resize", "width": 30}],
                "output": {"format": "png", "quality": 50}, "priority": "bulk"}\
                """
                        .formatted(photo);

        var job = client.post(JOBS, body, "Prefer", "wait=30").is(200).json();

        assertThat(job.at("/result/format").asText()).isEqualTo("png");
        var result = client.get(job.at("/result/url").asText()).is(200);
        assertThat(result.header("Content-Type")).hasValue("image/png");
        assertThat(Shots.opened(result.bytes()).getHeight()).isEqualTo(20);
    }

    @Test
    void turnedPhotoIsCutAsItIsSeen() {
        var turned = client.photo(Shots.turned(Shots.noise(60, 40, "jpg", 2), 6));

        var crop = "{\"op\": \"crop\", \"left\": 0, \"top\": 20, \"width\": 40, \"height\": 40}";

        var job = client.job(turned, crop, "Prefer", "wait=30").is(200).json();
        assertThat(job.path("state").asText()).isEqualTo("succeeded");
        assertThat(job.at("/result/height").asInt()).isEqualTo(40);
    }

    @Test
    void sameKeyGivesTheSameJobAndNoOther() {
        var one = client.job(photo, BLUR, "Idempotency-Key", "k1").is(202).json();

        var again = client.job(photo, BLUR, "Idempotency-Key", "k1").is(202).json();

        assertThat(again.path("id")).isEqualTo(one.path("id"));
        client.job(photo, "", "Idempotency-Key", "k1").refuses(409, "SL-JOB-02");
        var stranger = TestClient.signedUp(server.url());
        var other = stranger.photo(Shots.noise(30, 20, "jpg", 3));
        stranger.job(other, BLUR, "Idempotency-Key", "k1").is(202);
        client.job(photo, BLUR, "Idempotency-Key", "x".repeat(201)).refuses(422, "SL-WEB-10");
    }

    @Test
    void jobThatWaitsCanBeCancelledAndStaysSo() throws Exception {
        try (var _ = new Stopped(server.worker())) {
            var job = client.job(photo, BLUR, "Prefer", "wait=0").is(202).json();
            var path = JOBS + "/" + job.path("id").asText();
            assertThat(job.path("state").asText()).isEqualTo("queued");
            client.get(path + "/result").refuses(409, "SL-JOB-04");
            client.post(path + "/retry", "").refuses(409, "SL-JOB-04");

            client.delete(path).is(204);

            assertThat(client.get(path).json().path("state").asText()).isEqualTo("cancelled");
            client.delete(path).is(204);
            client.post(path + "/retry", "").refuses(409, "SL-JOB-04");
            client.get(path + "/result").refuses(409, "SL-JOB-04");
        }
        client.ended(client.job(photo, BLUR).json().path("id").asText());
        assertThat(client.get(JOBS + "?state=cancelled").json().path("jobs")).isNotEmpty();
    }

    @Test
    void endedJobIsNeitherCancelledNorRetried() {
        var job = client.job(photo, BLUR, "Prefer", "wait=30").is(200).json();
        var path = JOBS + "/" + job.path("id").asText();

        client.delete(path).refuses(409, "SL-JOB-04");
        client.post(path + "/retry", "").refuses(409, "SL-JOB-04");

        assertThat(client.get(path).json()).isEqualTo(job);
    }

    @Test
    void anotherAccountsJobIsNotThere() {
        var job = client.job(photo, BLUR).is(202).json().path("id").asText();
        var stranger = TestClient.signedUp(server.url());

        stranger.get(JOBS + "/" + job).refuses(404, "SL-JOB-01");
        stranger.get(JOBS + "/" + job + "/result").refuses(404, "SL-JOB-01");
        stranger.delete(JOBS + "/" + job).refuses(404, "SL-JOB-01");
        stranger.post(JOBS + "/" + job + "/retry", "").refuses(404, "SL-JOB-01");
        assertThat(stranger.get(JOBS + "/dead").is(200).json().path("jobs")).isEmpty();
        assertThat(stranger.get(JOBS).json().path("jobs")).isEmpty();
        client.get(JOBS + "/nonsense").refuses(404, "SL-JOB-01");
    }

    @Test
    void pagesHoldEveryJobOnceNewestFirst() {
        var owner = TestClient.signedUp(server.url());
        var source = owner.photo(Shots.noise(30, 20, "jpg", 4));
        var accepted = new ArrayList<String>();
        for (int i = 0; i < 5; i++)
            accepted.addFirst(owner.job(source, BLUR).json().path("id").asText());
        accepted.forEach(owner::ended);

        var seen = new ArrayList<String>();
        var path = JOBS + "?state=succeeded&limit=2";
        for (int page = 0; page < 3; page++) {
            var answer = owner.get(path).is(200).json();
            answer.path("jobs").forEach(j -> seen.add(j.path("id").asText()));
            assertThat(answer.has("next")).isEqualTo(page < 2);
            path = JOBS + "?state=succeeded&limit=2&cursor=" + answer.path("next").asText();
        }

        assertThat(seen).isEqualTo(accepted);
        for (var query : List.of("cursor=x", "limit=0", "state=lost"))
            owner.get(JOBS + "?" + query).refuses(422, "SL-WEB-10");
    }

    @Test
    void damagedPixelsEndTheJobWithAReasonAndTheWorkerLives() {
        var png = Shots.noise(300, 300, "png", 5);
        Arrays.fill(png, png.length / 2, png.length / 2 + 1000, (byte) 0);
        var damaged = client.photo(png);

        var job = client.job(damaged, BLUR, "Prefer", "wait=30").is(200).json();

        assertThat(job.path("state").asText()).isEqualTo("failed");
        assertThat(job.at("/error/code").asText()).isEqualTo("SL-PHOTO-02");
        assertThat(job.at("/error/retryable").asBoolean()).isFalse();
        client.post(JOBS + "/" + job.path("id").asText() + "/retry", "").refuses(409, "SL-JOB-04");
        client.job(photo, BLUR, "Prefer", "wait=30").is(200);
    }

    @Test
    void tooManyOpenJobsAreRefusedForAWhile() throws Exception {
        try (var strict =
                ServerProcess.start(folder.resolve("strict"), "--set", "jobs.open-most=2")) {
            var owner = TestClient.signedUp(strict.url());
            var source = owner.photo(Shots.noise(30, 20, "jpg", 6));
            try (var _ = new Stopped(strict.worker())) {
                owner.job(source, BLUR).is(202);
                owner.job(source, BLUR).is(202);

                var answer = owner.job(source, BLUR).refuses(429, "SL-JOB-03");

                assertThat(answer.header("Retry-After")).isPresent();
            }
            Deadline.of(Duration.ofSeconds(30))
                    .until(() -> owner.job(source, BLUR).status() == 202);
        }
    }
}
