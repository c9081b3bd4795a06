package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/// Failed and dead jobs on the page in a real browser: why, how often, found, run again.
class DeadPageIT {
    private static final String LONG =
            String.join(",", Collections.nCopies(20, "{\"op\": \"sharpen\", \"sigma\": 100}"));
    private static final String BLUR = "{\"op\": \"blur\", \"sigma\": 1}";
    private static final int PAGE = 50;

    @TempDir static Path folder;

    static ServerProcess server;

    /// A job that takes longer than a second is dead at once.
    @BeforeAll
    static void start() throws IOException {
        server =
                ServerProcess.start(
                        folder.resolve("data"),
                        "--set",
                        "jobs.time-most=1s",
                        "--set",
                        "jobs.strikes-most=1");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String dead(TestClient client) {
        var photo = client.photo(Shots.noise(3000, 2000, "jpg", client.hashCode()));
        var id = client.job(photo, LONG).is(202).json().path("id").asText();
        assertThat(client.ended(id).at("/error/code").asText()).isEqualTo("SL-JOB-09");
        return id;
    }

    /// A job of a photo that no retry mends.
    private static String torn(TestClient client, String photo) {
        var id = client.job(photo, BLUR).is(202).json().path("id").asText();
        assertThat(client.ended(id).at("/error/retryable").asBoolean(true)).isFalse();
        return id;
    }

    private static Browser signedIn(TestClient client) throws IOException {
        var browser = Browser.start(Files.createTempDirectory(folder, "profile"), "en-US");
        browser.open(server.url());
        browser.see("sign-email").sendKeys(client.email());
        browser.see("sign-password").sendKeys(TestClient.PASSWORD);
        browser.click("sign-go");
        browser.see("home");
        return browser;
    }

    private static By in(String job, String testid) {
        return By.cssSelector("[data-id='%s'] [data-testid=%s]".formatted(job, testid));
    }

    private static void untilAttempts(Browser browser, String job, int count) {
        browser.until(() ->
                browser.driver().findElements(in(job, "job-history-line")).size() == count
                        && "failed".equals(row(browser, job).getDomAttribute("data-state")));
    }

    private static WebElement row(Browser browser, String job) {
        return browser.see(By.cssSelector("[data-testid=job][data-id='%s']".formatted(job)));
    }

    @Test
    void aDeadJobSaysWhyAndHowOftenAndRunsAgain() throws Exception {
        var client = TestClient.signedUp(server.url());
        var dead = dead(client);
        var torn = torn(client, client.photo(Shots.promising(60, 40)));
        try (var browser = signedIn(client)) {
            assertThat(row(browser, dead).getText()).contains("1 attempt", "longer than");
            assertThat(row(browser, torn).getText()).contains("Failed", "1 attempt");
            assertThat(browser.see(in(torn, "job-error")).getText()).isNotBlank();
            // A retry would only be refused.
            assertThat(row(browser, torn).findElements(By.tagName("button"))).isEmpty();

            browser.click(By.cssSelector("[data-id='%s'] summary".formatted(dead)));
            var attempt = browser.see(in(dead, "job-history-line")).getText();
            assertThat(attempt).contains("Failed", "SL-JOB-09", " s");
            browser.shot("dead-desktop-en");
            browser.click(in(dead, "job-retry"));

            untilAttempts(browser, dead, 2);
            assertThat(row(browser, dead).getText()).contains("2 attempts");
            browser.shot("dead-twice-desktop-en");
        }
    }

    @Test
    void failedOnlyPagesThroughFailedOnesAndRetriesWhatAFilterNames() throws Exception {
        var client = TestClient.signedUp(server.url());
        var dead = dead(client);
        var broken = client.photo(Shots.promising(60, 40));
        for (int i = 0; i < PAGE + 2; i++) client.job(broken, BLUR).is(202);
        var whole = client.photo(Shots.noise(60, 40, "jpg", 1));
        for (int i = 0; i < PAGE; i++) client.job(whole, BLUR).is(202);
        allEnded(client);
        try (var browser = signedIn(client)) {
            browser.until(() -> browser.all("job").size() == PAGE);

            browser.click("jobs-failed");
            browser.until(() -> browser.all("job").size() == PAGE);
            browser.until(() -> failed(browser).size() == PAGE);
            browser.click("jobs-more");
            browser.until(() -> browser.all("job").size() == PAGE + 3);
            assertThat(failed(browser)).hasSize(PAGE + 3);
            browser.until(() -> !browser.get("jobs-more").isDisplayed());

            browser.fill("failed-code", "sl-job-09");
            browser.until(() -> browser.all("job").size() == 1);
            assertThat(row(browser, dead).getText()).contains("longer than");
            browser.shot("dead-filter-desktop-en");
            browser.fill("failed-text", "elephant");
            browser.until(() -> browser.all("job").isEmpty());
            assertThat(browser.see("jobs-empty").getText()).isEqualTo("No failed job like this");
            browser.fill("failed-text", "LONGER");
            row(browser, dead);
            time(browser, "failed-since", "2100-01-01T00:00");
            browser.until(() -> browser.all("job").isEmpty());
            time(browser, "failed-since", "2000-01-01T00:00");
            row(browser, dead);
            browser.click("failed-retry");

            browser.until(() -> browser.see("failed-done").getText().equals("1 job runs again."));
            untilAttempts(browser, dead, 2);
            browser.shot("dead-filter-done-desktop-en");
            browser.phone();
            browser.click("tab-jobs");
            row(browser, dead);
            browser.shot("dead-filter-phone-en");
            assertThat(browser.run("return document.documentElement.scrollWidth")).isEqualTo(375L);
        }
    }

    private static void allEnded(TestClient client) {
        for (var state : List.of("queued", "running"))
            Deadline.of(Duration.ofMinutes(2))
                    .until(() ->
                            client.get("/api/v1/jobs?state=" + state)
                                    .is(200)
                                    .json()
                                    .path("jobs")
                                    .isEmpty());
    }

    private static List<WebElement> failed(Browser browser) {
        return browser.driver()
                .findElements(By.cssSelector("[data-testid=job][data-state=failed]"));
    }

    private static void time(Browser browser, String testid, String value) {
        var _ =
                browser.run(
                        "arguments[0].value = arguments[1];"
                                + " arguments[0].dispatchEvent(new Event('change'))",
                        browser.see(testid),
                        value);
    }

    @Test
    void retryAlikeRunsAllThatEndedTheSameWay() throws Exception {
        var client = TestClient.signedUp(server.url());
        var one = dead(client);
        var other = dead(client);
        var torn = torn(client, client.photo(Shots.promising(60, 40)));
        try (var browser = signedIn(client)) {
            row(browser, other);

            browser.click(in(one, "job-retry-alike"));

            untilAttempts(browser, one, 2);
            untilAttempts(browser, other, 2);
            untilAttempts(browser, torn, 1);
        }
    }
}
