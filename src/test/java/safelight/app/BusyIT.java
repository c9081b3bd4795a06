package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// As much waits as may, of all accounts together: three jobs, for which there is no broker. Each
/// web server has another limit, and all see the same jobs.
class BusyIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String SMALL = "{\"op\": \"resize\", \"width\": 40}";
    private static final String OTHER = "{\"op\": \"resize\", \"width\": 41}";
    private static final String NUMBER = "jobs.all-waiting-most=3";
    private static final String COST = "jobs.all-waiting-cost-most=1";
    private static final String BYTES = "jobs.all-waiting-bytes-most=1KiB";

    @TempDir private static Path folder;
    private static final List<RoleProcess> started = new ArrayList<>();
    private static final Map<String, String> urls = new LinkedHashMap<>();
    private static final Map<String, TestClient> clients = new LinkedHashMap<>();
    private static String photo;
    private static String second;
    private static String batch;
    private static String job;

    @BeforeAll
    static void start() throws Exception {
        var broker = role("broker", "broker", "--set", "broker.port=0");
        var servers = new LinkedHashMap<String, RoleProcess>();
        for (var limit : List.of(NUMBER, COST, BYTES))
            servers.put(limit, role(limit, "web", "--port", "0", "--set", limit));
        var ann = TestClient.signedUp(servers.get(NUMBER).address());
        for (var each : servers.entrySet()) {
            urls.put(each.getKey(), each.getValue().address());
            clients.put(each.getKey(), ann.at(each.getValue().address()));
        }
        photo = ann.photo(Shots.noise(2000, 1500, "jpg", 1));
        second = ann.photo(Shots.noise(400, 300, "jpg", 2));
        assertThat(broker.address()).isNotEmpty();
        broker.kill();
        batch = id(() -> batchOf(ann, SMALL, "b"));
        job = id(() -> ann.job(photo, SMALL, "Idempotency-Key", "j"));
        for (var each : clients.values())
            Deadline.of(SOON).until(() -> waiting(each).equals("3.0"));
    }

    private static RoleProcess role(String name, String role, String... options)
            throws IOException {
        var process = RoleProcess.begin(name, role, folder.resolve("data"), List.of(options));
        started.add(process);
        return process;
    }

    @AfterAll
    static void stop() {
        started.reversed().forEach(RoleProcess::close);
    }

    private interface Request {
        TestClient.Answer send();
    }

    /// What was accepted just now may count twice for a moment.
    private static String id(Request request) {
        return Deadline.of(SOON)
                .present(() -> Optional.of(request.send()).filter(a -> a.status() == 202))
                .json()
                .path("id")
                .asText();
    }

    private static TestClient.Answer batchOf(TestClient client, String operation, String key) {
        return client.keyedBatch(operation, List.of(photo, second), "Idempotency-Key", key);
    }

    /// What the server takes to be waiting.
    private static String waiting(TestClient client) {
        return client.get("/metrics")
                .is(200)
                .text()
                .lines()
                .filter(l -> l.startsWith("safelight_jobs_waiting "))
                .map(l -> l.substring(l.indexOf(' ') + 1))
                .findFirst()
                .orElseThrow();
    }

    private static void refuses(TestClient.Answer answer) {
        assertThat(answer.refuses(429, "SL-JOB-13").header("Retry-After").orElseThrow())
                .matches("[1-9]\\d*");
    }

    @ParameterizedTest
    @ValueSource(strings = {NUMBER, COST, BYTES})
    void whatIsTooMuchIsRefusedWhoeverAsks(String limit) throws IOException {
        var ann = clients.get(limit);
        var bob = TestClient.signedUp(urls.get(limit));
        var his = bob.photo(Shots.noise(2000, 1500, "jpg", 3));

        refuses(ann.job(photo, OTHER));
        refuses(ann.job(photo, OTHER, "Idempotency-Key", "fresh"));
        refuses(ann.batch(OTHER, photo, second));
        refuses(batchOf(ann, OTHER, "fresh"));
        refuses(bob.job(his, SMALL));
        assertThat(waiting(ann)).isEqualTo("3.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {NUMBER, COST, BYTES})
    void whatWasAcceptedBeforeIsAnsweredAgain(String limit) {
        var ann = clients.get(limit);

        var again = ann.job(photo, SMALL, "Idempotency-Key", "j").is(202);
        assertThat(again.json().path("id").asText()).isEqualTo(job);
        assertThat(batchOf(ann, SMALL, "b").is(202).json().path("id").asText()).isEqualTo(batch);
        ann.job(photo, OTHER, "Idempotency-Key", "j").refuses(409, "SL-JOB-02");
        batchOf(ann, OTHER, "b").refuses(409, "SL-JOB-02");
    }
}
