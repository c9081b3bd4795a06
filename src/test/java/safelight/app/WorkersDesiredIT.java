package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From no worker and back by `safelight_workers_desired` alone, as KEDA does it: this test plays
/// KEDA.
class WorkersDesiredIT {
    private static final Duration WAIT_MOST = Duration.ofMinutes(4);
    private static final String SMALL = "{\"op\": \"resize\", \"width\": 40}";

    @TempDir private Path folder;

    private RoleProcess role(String role, String... options) throws IOException {
        return RoleProcess.begin(role, role, folder.resolve("data"), List.of(options));
    }

    @Test
    void firstJobAsksForAWorkerThatRunsItAndThenForNone() throws Exception {
        try (var broker = role("broker", "--set", "broker.port=0");
                var web =
                        role(
                                "web",
                                "--port",
                                "0",
                                "--set",
                                "autoscaler.workers-least=0",
                                "--set",
                                "autoscaler.stable=6s")) {
            assertThat(broker.address()).isNotEmpty();
            var client = TestClient.signedUp(web.address());
            Deadline.of(WAIT_MOST).until(() -> desired(client).equals("0.0"));

            var photo = client.photo(Client.jpeg(200, 100, 1));
            var job = client.job(photo, SMALL).is(202).json().path("id").asText();
            Deadline.of(WAIT_MOST).until(() -> desired(client).equals("1.0"));

            try (var worker = role("worker")) {
                assertThat(worker.address()).isNotNull();
                assertThat(client.ended(job).path("state").asText()).isEqualTo("succeeded");
                Deadline.of(WAIT_MOST).until(() -> desired(client).equals("0.0"));
            }
            Deadline.of(WAIT_MOST).until(() -> desired(client).equals("0.0"));
        }
    }

    private static String desired(TestClient client) {
        return client.get("/metrics")
                .is(200)
                .text()
                .lines()
                .filter(l -> l.startsWith("safelight_workers_desired "))
                .map(l -> l.substring(l.indexOf(' ') + 1))
                .findFirst()
                .orElseThrow();
    }
}
