package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who has much to do does not keep others waiting.
class LanesIT {
    private static final String SLOW =
            String.join(",", Collections.nCopies(3, "{\"op\": \"sharpen\", \"sigma\": 50}"));

    /// So many that the batch is not over when another's jobs are.
    private static final int PHOTOS = 60;

    /// The one that runs, and what may start before the ticket is out.
    private static final int AHEAD_MOST = 3;

    @TempDir Path folder;

    private static List<Instant> starts(TestClient client, List<String> jobs) {
        return jobs.stream()
                .map(client::ended)
                .map(job -> Instant.parse(job.path("startedAt").asText()))
                .toList();
    }

    private static Instant created(JsonNode job) {
        return Instant.parse(job.path("createdAt").asText());
    }

    private static long between(Instant from, Instant to, List<Instant> times) {
        return times.stream().filter(t -> t.isAfter(from) && t.isBefore(to)).count();
    }

    @Test
    void batchOfOneAccountDelaysAnothersJobsByOneJobAtMost() throws IOException {
        try (var server = ServerProcess.start(folder.resolve("data"), "--set", "worker.slots=1")) {
            var ann = TestClient.signedUp(server.url());
            var bob = TestClient.signedUp(server.url());
            var photos = new ArrayList<String>();
            for (int i = 0; i < PHOTOS; i++) photos.add(ann.photo(picture(i)));
            var his = bob.photo(picture(PHOTOS));
            var batch = ann.keyedBatch(SLOW, photos).is(202).json().path("id").asText();
            Deadline.of(Duration.ofMinutes(2))
                    .until(() ->
                            ann.get("/api/v1/batches/" + batch)
                                            .json()
                                            .at("/counts/succeeded")
                                            .asInt()
                                    > 1);

            var normal = List.of(handed(bob, his, 61, "normal"), handed(bob, his, 62, "normal"));
            var urgent = handed(bob, his, 63, "interactive");
            var normalStarts =
                    starts(bob, normal.stream().map(job -> job.path("id").asText()).toList());
            var urgentStart = starts(bob, List.of(urgent.path("id").asText())).getFirst();
            var all = ann.get("/api/v1/jobs?limit=200&batch=" + batch).json().path("jobs");
            var bulk = new ArrayList<Instant>();
            for (var job : all)
                if (job.has("startedAt")) bulk.add(Instant.parse(job.path("startedAt").asText()));

            assertThat(between(created(normal.getFirst()), normalStarts.getFirst(), bulk))
                    .isLessThanOrEqualTo(AHEAD_MOST);
            assertThat(between(normalStarts.getFirst(), normalStarts.getLast(), bulk))
                    .isLessThanOrEqualTo(AHEAD_MOST);
            assertThat(between(created(urgent), urgentStart, bulk)).isLessThanOrEqualTo(AHEAD_MOST);
            assertThat(bulk).hasSizeLessThan(PHOTOS);
        }
    }

    /// Large enough for a job to last longer than the rounds in which jobs are handed on: of
    /// shorter ones, several start before another's is seen.
    private static byte[] picture(int seed) {
        return Shots.noise(1200, 800, "jpg", seed);
    }

    private static JsonNode handed(TestClient client, String photo, int sigma, String priority) {
        return client.post(
                        "/api/v1/jobs",
                        """
                        {"photo": "%s", "operations": [{"op": "blur", "sigma": %d}, %s],
                         "priority": "%s"}\
                        """
                                .formatted(photo, sigma, SLOW, priority))
                .is(202)
                .json();
    }

    @Test
    void workBeyondTheLimitIsRefusedWithATime() throws IOException {
        try (var server =
                ServerProcess.start(
                        folder.resolve("limits"),
                        "--set",
                        "worker.slots=1",
                        "--set",
                        "jobs.open-cost-most=12",
                        "--set",
                        "jobs.open-bytes-most=1GiB")) {
            var ann = TestClient.signedUp(server.url());
            var photo = ann.photo(Shots.noise(900, 700, "jpg", 1));
            var body = "{\"photo\": \"%s\", \"operations\": [%s, %s]}".formatted(photo, SLOW, SLOW);

            ann.post("/api/v1/jobs", body).is(202);
            var answer = ann.post("/api/v1/jobs", body).refuses(429, "SL-JOB-12");

            assertThat(answer.header("Retry-After")).isPresent();
        }
    }
}
