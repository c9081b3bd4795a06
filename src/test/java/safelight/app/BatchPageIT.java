package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/// Batches on the page in a real browser: made from the editor's recipe, followed, cancelled.
class BatchPageIT {
    private static final int PHOTOS = 6;
    private static final String LONG =
            String.join(",", Collections.nCopies(20, "{\"op\": \"sharpen\", \"sigma\": 100}"));

    @TempDir static Path folder;

    static ServerProcess server;

    @BeforeAll
    static void start() throws IOException {
        server = ServerProcess.start(folder.resolve("data"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Browser signedIn(TestClient client) throws IOException {
        var browser = Browser.start(Files.createTempDirectory(folder, "profile"), "en-US");
        browser.open(server.url());
        signIn(browser, client);
        return browser;
    }

    private static void edit(Browser browser, String photo) {
        browser.open(server.url() + "/#/photo/" + photo);
        browser.see("preview");
    }

    private static void tick(Browser browser, String photo) {
        browser.click(By.cssSelector("[data-testid=batch-photo][data-id='%s']".formatted(photo)));
    }

    private static By rowIn(String testid) {
        return By.cssSelector("[data-testid=%s] [data-testid=batch]".formatted(testid));
    }

    private static void untilState(Browser browser, By row, String state) {
        browser.until(() -> state.equals(browser.see(row).getDomAttribute("data-state")));
    }

    @Test
    void aPersonRunsTheRecipeOnSeveralPhotosAndFollowsTheBatch() throws Exception {
        var client = TestClient.signedUp(server.url());
        String photo = "";
        for (int i = 0; i < PHOTOS; i++) photo = client.photo(Shots.noise(600, 400, "jpg", i));
        var small = client.photo(Shots.noise(30, 20, "jpg", 99));
        try (var browser = signedIn(client)) {
            edit(browser, photo);
            browser.get("crop-on").sendKeys(Keys.SPACE);
            browser.fill("resize-width", "100");
            browser.click("batch");
            browser.until(() -> browser.all("batch-photo").size() == PHOTOS + 1);
            assertThat(browser.see("batch-run").getText()).isEqualTo("Run on 1 photo");
            browser.click("batch-all");
            assertThat(browser.see("batch-run").getText()).isEqualTo("Run on 7 photos");
            // The crop lies outside of the small one.
            browser.click("batch-run");
            assertThat(browser.see("batch-problem").getText()).isNotBlank();
            browser.shot("batch-refused-desktop-en");
            assertThat(client.get("/api/v1/batches").json().path("batches")).isEmpty();
            tick(browser, small);
            browser.shot("batch-choose-desktop-en");
            browser.click("batch-run");

            untilState(browser, rowIn("run-job"), "succeeded");
            browser.shot("batch-editor-desktop-en");
            browser.click("back");
            untilState(browser, rowIn("batches"), "succeeded");
            assertThat(browser.see("batch-counts").getText()).isEqualTo("6 of 6 done");
            assertThat(browser.all("batch-cancel").stream().anyMatch(b -> b.isDisplayed()))
                    .isFalse();
            browser.until(() -> browser.all("job").size() == PHOTOS);
            browser.shot("batch-done-desktop-en");
            for (var job : client.get("/api/v1/jobs").json().path("jobs"))
                assertThat(job.at("/result/width").asInt()).isEqualTo(100);
            browser.driver().navigate().refresh();
            untilState(browser, rowIn("batches"), "succeeded");
        }
    }

    /// A batch waits behind work of a more urgent lane.
    private static void holdWorkers(TestClient client) {
        var large = client.photo(Shots.noise(2000, 1500, "png", 7));
        for (int i = 0; i < 20; i++)
            client.post(
                            "/api/v1/jobs",
                            "{\"photo\": \"%s\", \"priority\": \"interactive\", \"operations\": [%s]}"
                                    .formatted(large, LONG))
                    .is(202);
    }

    @Test
    void aBatchIsCancelled() throws Exception {
        var client = TestClient.signedUp(server.url());
        String photo = "";
        for (int i = 0; i < PHOTOS; i++) photo = client.photo(Shots.noise(600, 400, "jpg", i));
        holdWorkers(client);
        try (var browser = signedIn(client)) {
            edit(browser, photo);
            browser.fill("blur-sigma-number", "3");
            browser.click("batch");
            browser.until(() -> browser.all("batch-photo").size() == PHOTOS + 1);
            browser.click("batch-all");
            browser.click("batch-run");
            browser.see(rowIn("run-job"));
            browser.click("back");
            browser.see(rowIn("batches"));
            browser.shot("batch-running-desktop-en");

            browser.click(By.cssSelector("[data-testid=batches] [data-testid=batch-cancel]"));

            untilState(browser, rowIn("batches"), "cancelled");
            browser.until(() -> browser.see("batch-cancelled").getText().contains("cancelled"));
            browser.shot("batch-cancelled-desktop-en");
            browser.phone();
            browser.click("tab-jobs");
            browser.see(rowIn("batches"));
            browser.shot("batch-phone-en");
            assertThat(browser.run("return document.documentElement.scrollWidth")).isEqualTo(375L);
            edit(browser, photo);
            browser.click("batch");
            browser.until(() -> browser.all("batch-photo").size() == PHOTOS + 1);
            browser.shot("batch-choose-phone-en");
            var counts = client.get("/api/v1/batches").json().at("/batches/0/counts");
            assertThat(counts.path("queued").asInt() + counts.path("running").asInt()).isZero();
            assertThat(counts.path("cancelled").asInt()).isPositive();
        }
    }

    /// Keeps the page's first answer about batches back until `window.release()`.
    private static final String LATE =
            """
            const real = window.fetch;
            window.fetch = async (path, init) => {
              const answer = await real(path, init);
              if (window.release || !String(path).includes('/batches?')) return answer;
              window.release = () => {};
              const text = await answer.clone().text();
              answer.json = () => new Promise((resolve) => {
                window.release = () => resolve(JSON.parse(text));
                window.isHeld = true;
              });
              return answer;
            };
            """;

    private static void signIn(Browser browser, TestClient client) {
        browser.see("sign-email").sendKeys(client.email());
        browser.see("sign-password").sendKeys(TestClient.PASSWORD);
        browser.click("sign-go");
        browser.see("home");
    }

    @Test
    void aLateAnswerShowsNobodyTheBatchOfAnotherAccount() throws Exception {
        var ann = TestClient.signedUp(server.url());
        var bob = TestClient.signedUp(server.url());
        var photo = ann.photo(Shots.noise(60, 40, "jpg", 1));
        var batch =
                """
                {"photos": ["%s"], "operations": [{"op": "blur", "sigma": 1}]}\
                """;
        ann.post("/api/v1/batches", batch.formatted(photo)).is(202);
        try (var browser = Browser.start(Files.createTempDirectory(folder, "profile"), "en-US")) {
            var _ =
                    browser.driver()
                            .executeCdpCommand(
                                    "Page.addScriptToEvaluateOnNewDocument",
                                    Map.of("source", LATE));
            browser.open(server.url());
            signIn(browser, ann);
            browser.until(() -> browser.run("return window.isHeld === true"));
            browser.click("account");
            browser.click("sign-out");
            signIn(browser, bob);

            var _ = browser.run("window.release()");

            assertThat(browser.all("batch")).isEmpty();
        }
    }
}
