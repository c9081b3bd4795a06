package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Dead jobs that are retried find room like new ones, or stay dead. There is no worker and no
/// broker meanwhile, so what is open stays so.
class RetryLimitIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String DEAD = "/api/v1/jobs/dead";
    private static final String LONG =
            String.join(",", Collections.nCopies(20, "{\"op\": \"sharpen\", \"sigma\": 100}"));

    @TempDir private Path folder;
    private final List<RoleProcess> started = new ArrayList<>();
    private RoleProcess narrow;
    private RoleProcess full;
    private TestClient administrator;
    private TestClient ann;
    private List<String> hers;

    private RoleProcess role(String name, String role, String... options) throws IOException {
        var process = RoleProcess.begin(name, role, folder.resolve("data"), List.of(options));
        started.add(process);
        return process;
    }

    @BeforeEach
    void start() throws Exception {
        var broker = role("broker", "broker", "--set", "broker.port=0");
        narrow = role("narrow", "web", "--port", "0", "--set", "jobs.open-most=2");
        full = role("full", "web", "--port", "0", "--set", "jobs.all-waiting-most=1");
        var worker =
                role(
                        "worker",
                        "worker",
                        "--set",
                        "jobs.time-most=1s",
                        "--set",
                        "jobs.strikes-most=1");
        administrator = TestClient.signedUp(narrow.address());
        ann = TestClient.signedUp(narrow.address());
        hers = List.of(dead(ann), dead(ann), dead(ann));
        worker.close();
        broker.kill();
    }

    /// Takes longer than a job may.
    private static String dead(TestClient client) {
        var photo = client.photo(Shots.plain(5000, 4000));
        var id = client.job(photo, LONG).is(202).json().path("id").asText();
        assertThat(client.ended(id).at("/error/code").asText()).isEqualTo("SL-JOB-09");
        return id;
    }

    @AfterEach
    void stop() {
        started.reversed().forEach(RoleProcess::close);
    }

    private static TestClient.Answer retried(TestClient client) {
        return client.post(DEAD + "/retry", "{}");
    }

    private static TestClient.Answer retried(TestClient client, String job) {
        return client.post("/api/v1/jobs/" + job + "/retry", "");
    }

    private static void refuses(TestClient.Answer answer, String code) {
        assertThat(answer.refuses(429, code).header("Retry-After").orElseThrow())
                .matches("[1-9]\\d*");
    }

    private static List<String> deadOf(TestClient client) {
        return client.get(DEAD).is(200).json().path("jobs").findValuesAsText("id");
    }

    @Test
    void retriesStopAtTheLimitsAndSayThatThereIsMore() throws IOException {
        var done = retried(ann).is(200).json();
        assertThat(done.path("retried").asInt()).isEqualTo(2);
        assertThat(done.path("more").asBoolean()).isTrue();
        assertThat(deadOf(ann)).containsExactly(hers.getFirst());

        // an account's own limit
        refuses(retried(ann), "SL-JOB-03");
        refuses(retried(ann, hers.getFirst()), "SL-JOB-03");
        refuses(retried(administrator), "SL-JOB-03");

        // that of all accounts together
        var there = ann.at(full.address());
        // it counts no further than its limit
        Deadline.of(SOON)
                .until(() -> there.get("/metrics").text().contains("safelight_jobs_waiting 1.0"));
        refuses(retried(there), "SL-JOB-13");
        refuses(retried(there, hers.getFirst()), "SL-JOB-13");
        assertThat(deadOf(ann)).containsExactly(hers.getFirst());

        ann.delete("/api/v1/jobs/" + hers.getLast()).is(204);
        retried(ann, hers.getFirst()).is(202);
        assertThat(deadOf(ann)).isEmpty();
    }

    @Test
    void commandSaysWhichItFoundNoRoomForAndGoesOn() throws Exception {
        var made = ann.post("/api/v1/tokens", "{\"name\": \"cli\"}").is(201).json();
        var nobodys = "0".repeat(26);
        var arguments = new ArrayList<>(List.of("dead", "retry", "--url", narrow.address()));
        arguments.addAll(hers);
        arguments.add(nobodys);
        var token = Map.of("SAFELIGHT_TOKEN", made.path("secret").asText());
        try (var command = CommandProcess.start(folder, arguments, token)) {
            var ended = command.await();

            assertThat(ended.code()).isEqualTo(Exit.FAILED);
            assertThat(ended.out())
                    .contains(
                            "In line again: 2",
                            hers.getLast() + "  The account has 2 open jobs",
                            nobodys + "  There is no such job");
        }
        assertThat(deadOf(ann)).containsExactly(hers.getLast());
    }

    @Test
    void pageSaysHowManyFoundRoom() throws IOException {
        try (var browser = Browser.start(folder.resolve("profile"), "en-US")) {
            browser.open(narrow.address());
            browser.see("sign-email").sendKeys(ann.email());
            browser.see("sign-password").sendKeys(TestClient.PASSWORD);
            browser.click("sign-go");
            browser.see("home");
            browser.click("jobs-failed");
            browser.until(() -> browser.all("job").size() == hers.size());

            browser.click("failed-retry");

            browser.until(() ->
                    browser.see("failed-done")
                            .getText()
                            .equals("2 jobs run again; there may be more."));
            assertThat(browser.get("failed-problem").isDisplayed()).isFalse();
            assertThat(deadOf(ann)).containsExactly(hers.getFirst());

            browser.click("failed-retry");

            assertThat(browser.see("failed-problem").getText()).contains("has 2 open jobs");
        }
    }
}
