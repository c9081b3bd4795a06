package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.drill.Tunnel;

/// A worker is killed, hangs, or is cut off from the broker with jobs in hand, and another one is
/// there.
class WorkerLossIT {
    private static final Duration SOON = Duration.ofSeconds(120);
    private static final int SLOTS = 3;
    private static final String AT_ONCE = "worker.slots=" + SLOTS;
    private static final String PASSWORD = "queue.password=for-this-test-of-a-lost-worker-only";

    /// Takes 35 s where {@link FaultyMain} runs.
    private static final String SLOW = "{\"op\":\"blur\",\"sigma\":88}";

    @TempDir private Path folder;
    private final List<AutoCloseable> started = new ArrayList<>();
    private Tunnel toBroker;
    private RoleProcess lost;
    private TestClient client;
    private String photo;

    @BeforeEach
    void start() throws IOException {
        var broker = role(Main.class, "broker", "broker", "broker.port=0", PASSWORD).address();
        toBroker = new Tunnel(Integer.parseInt(broker.replaceFirst(".*:(\\d+).*", "$1")));
        started.add(toBroker);
        var web = role(Main.class, "web", "web", "web.port=0");
        var throughTunnel = "queue.url=tcp://127.0.0.1:" + toBroker.port();
        lost = role(FaultyMain.class, "lost", "worker", AT_ONCE, PASSWORD, throughTunnel);
        client = TestClient.signedUp(web.address());
        photo = client.photo(Client.jpeg(300, 200, 1));
        lost.address();
    }

    @AfterEach
    void stop() throws Exception {
        for (var each : started.reversed())
            if (each instanceof RoleProcess process) process.kill();
            else each.close();
    }

    private RoleProcess role(Class<?> main, String name, String role, String... settings)
            throws IOException {
        var options = Stream.of(settings).flatMap(s -> Stream.of("--set", s)).toList();
        var process = RoleProcess.begin(main, name, role, folder.resolve("data"), options);
        started.add(process);
        return process;
    }

    private void startAnother(Class<?> main) throws IOException {
        role(main, "other", "worker", AT_ONCE).address();
    }

    /// One job for each slot of the worker that is to be lost, all of them begun.
    private List<String> begun(int count) {
        var jobs = new ArrayList<String>();
        for (int i = 0; i < count; i++)
            jobs.add(
                    client.job(photo, "{\"op\":\"resize\",\"width\":%d},".formatted(90 + i) + SLOW)
                            .is(202)
                            .json()
                            .path("id")
                            .asText());
        for (var job : jobs) Deadline.of(SOON).until(() -> start(job, 1).isPresent());
        return jobs;
    }

    private JsonNode job(String id) {
        return client.get("/api/v1/jobs/" + id).is(200).json();
    }

    /// When that start of a job was, if it was.
    private Optional<Instant> start(String id, int number) {
        return time(id, number, "startedAt");
    }

    private Optional<Instant> time(String id, int number, String field) {
        var attempt = job(id).path("attempts").path(number - 1).path(field);
        return attempt.isTextual()
                ? Optional.of(Instant.parse(attempt.asText()))
                : Optional.empty();
    }

    private Instant again(String job) {
        return Deadline.of(SOON).present(() -> start(job, 2));
    }

    @Test
    void jobsOfAKilledWorkerRunAgainSideBySide() throws Exception {
        var jobs = begun(SLOTS);
        startAnother(FaultyMain.class);

        lost.kill();

        var last = jobs.stream().map(this::again).max(Comparator.naturalOrder()).orElseThrow();
        for (var job : jobs)
            assertThat(time(job, 2, "endedAt").orElse(Instant.MAX)).as(job).isAfter(last);
        for (var job : jobs) client.delete("/api/v1/jobs/" + job).is(204);
    }

    @Test
    void jobOfAHungWorkerRunsElsewhereAndItsLateEndChangesNothing() throws Exception {
        var job = begun(1).getFirst();
        startAnother(Main.class);
        var all = new ArrayList<>(lost.process().descendants().toList());
        all.addFirst(lost.process().toHandle());
        var hung = new ArrayList<Stopped>();
        var since = Instant.now();
        for (var each : all) hung.add(new Stopped(each));

        print("hung", since, again(job));
        for (var each : hung.reversed()) each.close();

        assertOneResult(job);
    }

    @Test
    void jobOfAWorkerThatIsCutOffFromTheBrokerRunsElsewhere() throws Exception {
        var job = begun(1).getFirst();
        startAnother(Main.class);
        var since = Instant.now();

        toBroker.hold(EnumSet.allOf(Tunnel.Way.class));
        print("cut off", since, again(job));
        toBroker.release();

        assertOneResult(job);
    }

    private static void print(String how, Instant since, Instant again) {
        System.out.printf(
                "%s: the job runs elsewhere after %d ms%n",
                how, Duration.between(since, again).toMillis());
    }

    private void assertOneResult(String job) throws IOException {
        var ended = client.ended(job);
        assertThat(ended.path("state").asText()).isEqualTo("succeeded");
        assertThat(ended.path("attempt").asInt()).isEqualTo(2);
        var result = client.get("/api/v1/jobs/" + job + "/result").is(200).bytes();
        // whoever woke up late has had the time to do harm once it takes jobs again
        lost.close();
        assertThat(job(job)).isEqualTo(ended);
        assertThat(client.get("/api/v1/jobs/" + job + "/result").is(200).bytes()).isEqualTo(result);
        assertThat(client.get("/api/v1/photos").is(200).json().path("photos")).hasSize(2);
    }
}
