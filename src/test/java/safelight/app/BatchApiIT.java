package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What people and programs rely on when they hand in batches.
class BatchApiIT {
    private static final String BATCHES = "/api/v1/batches";
    private static final String BLUR = "{\"op\": \"blur\", \"sigma\": 1}";
    private static final String LONG =
            String.join(",", Collections.nCopies(20, "{\"op\": \"sharpen\", \"sigma\": 100}"));

    @TempDir static Path folder;

    static ServerProcess server;
    static TestClient client;
    static List<String> photos = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        server =
                ServerProcess.start(
                        folder.resolve("data"),
                        "--set",
                        "jobs.batch-most=30",
                        "--set",
                        "jobs.batch-open-most=30");
        client = TestClient.signedUp(server.url());
        for (int i = 0; i < 6; i++)
            photos.add(client.photo(Shots.noise(60 + i, 40, i % 2 == 0 ? "jpg" : "png", i)));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static JsonNode ended(TestClient owner, String id) {
        var path = BATCHES + "/" + id;
        Deadline.of(Duration.ofMinutes(2))
                .until(() -> {
                    var counts = owner.get(path).is(200).json().path("counts");
                    return counts.path("queued").asInt() + counts.path("running").asInt() == 0;
                });
        return owner.get(path).is(200).json();
    }

    @Test
    void everyPhotoOfABatchGetsItsResult() {
        var answer = client.keyedBatch(BLUR, photos).is(202);

        var batch = answer.json();
        var id = batch.path("id").asText();
        assertThat(answer.header("Location")).hasValue(BATCHES + "/" + id);
        assertThat(batch.path("total").asInt()).isEqualTo(6);
        assertThat(batch.path("priority").asText()).isEqualTo("bulk");
        assertThat(batch.at("/counts/queued").asInt()).isEqualTo(6);
        var done = ended(client, id);
        assertThat(done.at("/counts/succeeded").asInt()).as("%s", done).isEqualTo(6);
        var jobs = client.get("/api/v1/jobs?state=succeeded&batch=" + id).is(200).json();
        assertThat(jobs.path("jobs").findValuesAsText("photo")).containsAll(photos);
        for (var job : jobs.path("jobs")) {
            assertThat(job.path("batch").asText()).isEqualTo(id);
            var place = photos.indexOf(job.path("photo").asText());
            assertThat(job.at("/result/width").asInt()).isEqualTo(60 + place);
            assertThat(job.at("/output/format").asText())
                    .isEqualTo(place % 2 == 0 ? "jpeg" : "png");
        }
        assertThat(client.get("/api/v1/jobs?state=failed&batch=" + id).json().path("jobs"))
                .isEmpty();
        assertThat(client.get(BATCHES).is(200).json().path("batches").findValuesAsText("id"))
                .contains(id);
    }

    @Test
    void sameKeyGivesTheSameBatchAndNoOther() {
        var one = client.keyedBatch(BLUR, photos, "Idempotency-Key", "b1").is(202).json();

        var again = client.keyedBatch(BLUR, photos, "Idempotency-Key", "b1").is(202).json();

        assertThat(again.path("id")).isEqualTo(one.path("id"));
        client.keyedBatch("", photos, "Idempotency-Key", "b1").refuses(409, "SL-JOB-02");
        assertThat(client.get("/api/v1/jobs?batch=" + one.path("id").asText()).json().path("jobs"))
                .hasSize(6);
        ended(client, one.path("id").asText());
    }

    @Test
    void wrongPhotosAreNamedByTheirPlacesAndNothingIsAccepted() {
        var owner = TestClient.signedUp(server.url());
        var small = owner.photo(Shots.noise(30, 20, "jpg", 1));
        var large = owner.photo(Shots.noise(300, 200, "jpg", 2));
        var crop = "{\"op\": \"crop\", \"left\": 0, \"top\": 0, \"width\": 100, \"height\": 100}";

        var answer = owner.batch(crop, large, small, photos.getFirst(), large);

        assertThat(answer.refuses(422, "SL-BATCH-02").pointers())
                .containsExactly("/photos/1", "/photos/2", "/photos/3");
        assertThat(owner.batch("", large, "x").refuses(422, "SL-WEB-04").pointers())
                .containsExactly("/photos/1");
        assertThat(owner.batch("{\"op\": \"y\"}", large).refuses(422, "SL-WEB-04").pointers())
                .containsExactly("/operations/0/op");
        assertThat(owner.post(BATCHES, "{\"photos\": []}").refuses(422, "SL-WEB-04").pointers())
                .containsExactly("/photos");
        var many = Collections.nCopies(31, large);
        assertThat(owner.keyedBatch("", many).refuses(422, "SL-WEB-04").pointers())
                .containsExactly("/photos");
        assertThat(owner.get("/api/v1/jobs").json().path("jobs")).isEmpty();
        assertThat(owner.get(BATCHES).json().path("batches")).isEmpty();
    }

    @Test
    void cancelEndsWhatIsLeftAndFreesTheAccountsPlaces() {
        var owner = TestClient.signedUp(server.url());
        var own = new ArrayList<String>();
        for (int i = 0; i < 30; i++) own.add(owner.photo(Shots.noise(1000, 800, "jpg", i)));
        var id = owner.keyedBatch(LONG, own).is(202).json().path("id").asText();

        var refused = owner.batch(LONG, own.subList(0, 29).toArray(String[]::new));
        assertThat(refused.refuses(429, "SL-JOB-03").header("Retry-After")).isPresent();
        owner.delete(BATCHES + "/" + id).is(204);

        var counts = owner.get(BATCHES + "/" + id).json().path("counts");
        assertThat(counts.path("queued").asInt() + counts.path("running").asInt()).isZero();
        assertThat(counts.path("cancelled").asInt()).isPositive();
        owner.delete(BATCHES + "/" + id).is(204);
        var next = owner.keyedBatch("", own.subList(0, 20)).is(202).json();
        assertThat(ended(owner, next.path("id").asText()).at("/counts/succeeded").asInt())
                .isEqualTo(20);
    }

    @Test
    void anotherAccountsBatchIsNotThere() {
        var id = client.keyedBatch(BLUR, photos).is(202).json().path("id").asText();
        var stranger = TestClient.signedUp(server.url());

        stranger.get(BATCHES + "/" + id).refuses(404, "SL-BATCH-01");
        stranger.delete(BATCHES + "/" + id).refuses(404, "SL-BATCH-01");
        stranger.get("/api/v1/jobs?batch=" + id).refuses(404, "SL-BATCH-01");
        assertThat(stranger.get(BATCHES).json().path("batches")).isEmpty();
        client.get(BATCHES + "/nonsense").refuses(404, "SL-BATCH-01");
        ended(client, id);
    }
}
