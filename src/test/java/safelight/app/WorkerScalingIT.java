package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `safelight up --workers 0..3`: real workers follow a burst of real jobs, from none and back.
class WorkerScalingIT {
    private static final Duration WAIT_MOST = Duration.ofMinutes(4);
    private static final int JOBS = 24;

    @TempDir private Path folder;

    private static String blur(int number) {
        return "{\"op\":\"blur\",\"sigma\":%d.5}".formatted(10 + number);
    }

    @Test
    void workersFollowABurstFromNoneAndBackAndFinishWhatTheyHave() throws Exception {
        try (var up =
                UpProcess.start(
                        folder,
                        "--web",
                        "1..1",
                        "--workers",
                        "0..3",
                        "--set",
                        "worker.slots=1",
                        "--set",
                        "autoscaler.drain-target=3s",
                        "--set",
                        "autoscaler.stable=6s",
                        "--set",
                        "autoscaler.grow-every=2s",
                        "--set",
                        "autoscaler.hold=8s",
                        "--set",
                        "autoscaler.shrink-every=1s")) {
            assertThat(up.of("worker")).isEmpty();
            var client = TestClient.signedUp(up.url());
            var photo = client.photo(Client.jpeg(1200, 900, 1));

            var jobs = new ArrayList<String>();
            for (int i = 0; i < JOBS; i++)
                jobs.add(client.job(photo, blur(i)).is(202).json().path("id").asText());
            Deadline.of(WAIT_MOST).until(() -> up.of("worker").size() >= 2);

            assertThat(once(client, jobs)).hasSize(JOBS);
            Deadline.of(WAIT_MOST).until(() -> up.of("worker").isEmpty());
            assertThat(desired(client)).isZero();

            var last = client.job(photo, blur(JOBS)).is(202).json().path("id").asText();
            Deadline.of(WAIT_MOST).until(() -> up.of("worker").size() == 1);
            assertThat(once(client, List.of(last))).hasSize(1);
        }
    }

    /// The jobs, each of which succeeded at its first start: no worker was stopped with it in hand.
    private static List<String> once(TestClient client, List<String> jobs) {
        for (var job : jobs) {
            var ended = client.ended(job);
            assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("succeeded");
            assertThat(ended.path("attempt").asInt()).as(ended.toString()).isEqualTo(1);
        }
        return jobs;
    }

    private static int desired(TestClient client) {
        return client.get("/api/v1/cluster").is(200).json().path("desired").path("worker").asInt();
    }
}
