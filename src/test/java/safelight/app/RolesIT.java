package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two web servers, a worker and a broker, each in a process of its own, on one data folder.
class RolesIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String SMALL = "{\"op\": \"resize\", \"width\": 40}";

    @TempDir private Path folder;
    private final List<RoleProcess> started = new ArrayList<>();
    private RoleProcess broker;
    private RoleProcess first;
    private RoleProcess second;
    private RoleProcess worker;

    @BeforeEach
    void start() throws IOException {
        broker = role("broker", "broker", "--set", "broker.port=0");
        first = role("web-1", "web", "--port", "0");
        second = role("web-2", "web", "--port", "0");
        worker = role("worker", "worker");
        for (var each : started) each.address();
    }

    @AfterEach
    void stop() {
        started.reversed().forEach(RoleProcess::close);
    }

    private RoleProcess role(String name, String role, String... options) throws IOException {
        var process = RoleProcess.begin(name, role, folder.resolve("data"), List.of(options));
        started.add(process);
        return process;
    }

    @Test
    void anyServerGoesOnWithWhatAnotherBegan() throws Exception {
        var here = TestClient.signedUp(first.address());
        var there = here.at(second.address());

        var photo = here.photo(Client.jpeg(200, 100, 1));
        var job = there.job(photo, SMALL).is(202).json().path("id").asText();
        var ended = here.ended(job);

        assertThat(ended.path("state").asText()).isEqualTo("succeeded");
        assertThat(there.get("/api/v1/jobs/" + job + "/result").is(200).bytes()).isNotEmpty();
        assertThat(there.get("/api/v1/session").json().path("servedBy"))
                .isNotEqualTo(here.get("/api/v1/session").json().path("servedBy"));
        here.delete("/api/v1/session").is(204);
        there.get("/api/v1/session").is(401);
    }

    @Test
    void clusterShowsEveryInstanceAndForgetsWhoStopped() throws Exception {
        var here = TestClient.signedUp(first.address());
        var deadline = Deadline.of(SOON);
        deadline.until(() -> running(here, "web") == 2 && running(here, "worker") == 1);

        second.close();

        assertThat(running(here, "web")).isEqualTo(1);
        assertThat(here.get("/api/v1/cluster").json().path("instances").findValuesAsText("role"))
                .containsExactlyInAnyOrder("web", "worker");
    }

    private static int running(TestClient client, String role) {
        return client.get("/api/v1/cluster").is(200).json().path("running").path(role).asInt();
    }

    @Test
    void eachJobHasOneTicketThoughBothServersRelay() throws Exception {
        var here = TestClient.signedUp(first.address());
        var photo = here.photo(Client.jpeg(64, 64, 2));
        worker.close();

        for (int i = 0; i < 30; i++) here.job(photo, SMALL).is(202);

        // Both relays have looked at the outbox several times by then. A second ticket of a job
        // would be one too many.
        TimeUnit.SECONDS.sleep(5);
        Deadline.of(SOON).until(() -> inLine(here) == 30);
    }

    /// Tickets of the queue, and jobs that are not among them yet.
    private static long inLine(TestClient client) {
        var queue = client.get("/api/v1/cluster").json().path("queue");
        return queue.path("ready").asLong() + queue.path("waiting").asLong();
    }

    @Test
    void jobsOfAKilledServerReachTheQueue() throws Exception {
        var here = TestClient.signedUp(first.address());
        var there = here.at(second.address());
        var photo = here.photo(Client.jpeg(64, 64, 3));
        broker.kill();
        var jobs = new ArrayList<String>();
        for (int i = 0; i < 10; i++)
            jobs.add(here.job(photo, SMALL).is(202).json().path("id").asText());
        there.get("/health/ready").is(200);
        first.kill();

        role("broker-again", "broker", "--set", "broker.port=0").address();

        for (var job : jobs)
            assertThat(there.ended(job).path("state").asText()).isEqualTo("succeeded");
    }

    @Test
    void endOfTheLifelineDrains() throws Exception {
        var child = role("web-3", "web", "--port", "0", "--lifeline");
        child.address();

        child.process().getOutputStream().close();

        assertThat(child.process().waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(child.process().exitValue()).isZero();
        assertThat(child.log()).contains("draining", "stopped");
    }

    @Test
    void takenPortIsSaidInASentence() throws Exception {
        var port = first.address().replaceAll(".*:", "");
        var late = role("web-3", "web", "--port", port);

        assertThat(late.process().waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();

        assertThat(late.process().exitValue()).isEqualTo(1);
        assertThat(late.log()).contains("Port " + port + " is taken").doesNotContain("\tat ");
    }

    @Test
    void withoutABrokerTheStartEndsInASentence() throws Exception {
        var data = Files.createDirectories(folder.resolve("elsewhere"));
        var alone =
                RoleProcess.begin(
                        "web", "web", data, List.of("--port", "0", "--set", "storage.wait=1s"));

        assertThat(alone.process().waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();

        assertThat(alone.process().exitValue()).isEqualTo(1);
        assertThat(alone.log()).contains("No broker is known").doesNotContain("\tat ");
    }
}
