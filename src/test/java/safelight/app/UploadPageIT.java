package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page uploads large files in parts: through a server that is killed, and on after a reload.
class UploadPageIT {
    private static final Duration CLEARED_MOST = Duration.ofSeconds(30);
    private static final long UPLOAD_BYTES_PER_SECOND = 3 << 20;

    @TempDir static Path pictures;

    static Path file;
    static byte[] picture;

    @TempDir private Path folder;
    private ServerProcess server;
    private Crossing crossing;
    private Browser browser;

    @BeforeAll
    static void draw() throws IOException {
        picture = Shots.noise(2600, 2100, "png", 9);
        file = pictures.resolve("large.png");
        Files.write(file, picture);
    }

    @BeforeEach
    void start() throws Exception {
        server = ServerProcess.start(folder.resolve("data"));
        crossing = new Crossing();
        crossing.leadTo(List.of(server.url()));
        browser = Browser.start(Files.createTempDirectory(folder, "profile"), "en-US");
        browser.open(crossing.url());
        browser.click("sign-toggle");
        browser.see("sign-name").sendKeys("Mina Park");
        browser.see("sign-email").sendKeys(UUID.randomUUID() + "@example.org");
        browser.see("sign-password").sendKeys(TestClient.PASSWORD);
        browser.click("sign-go");
        browser.see("home");
    }

    @AfterEach
    void stop() throws IOException {
        browser.close();
        crossing.close();
        server.close();
    }

    /// Sends the file over a slow line, noting each value that the bar shows.
    private void send() {
        slow();
        browser.run(
                """
                window.shown = [];
                new MutationObserver((changes) => changes.forEach((change) =>
                  window.shown.push(Number(change.target.getAttribute('aria-valuenow')))))
                    .observe(document.body, { subtree: true, attributeFilter: ['aria-valuenow'] });
                """);
        browser.get("files").sendKeys(file.toString());
    }

    private void slow() {
        browser.driver().executeCdpCommand("Network.enable", Map.of());
        browser.driver()
                .executeCdpCommand(
                        "Network.emulateNetworkConditions",
                        Map.of(
                                "offline",
                                false,
                                "latency",
                                0,
                                "downloadThroughput",
                                -1,
                                "uploadThroughput",
                                UPLOAD_BYTES_PER_SECOND));
    }

    /// So many bytes that no upload of the picture is complete, however late the test looks at it.
    private static long share(int percent) {
        return picture.length / 100L * percent;
    }

    private void awaitShown(int percent) {
        browser.until(() -> shown().stream().anyMatch(value -> value >= percent));
    }

    private List<Long> shown() {
        return ((List<?>) browser.run("return window.shown"))
                .stream().map(value -> ((Number) value).longValue()).toList();
    }

    private void assertOnePhoto() throws IOException {
        browser.until(() -> browser.all("photo").size() == 1);
        assertThat(browser.see("photo").getText()).contains("large.png");
        var photo = browser.see("photo").getDomAttribute("data-id");
        var digest =
                (String)
                        browser.driver()
                                .executeAsyncScript(
                                        """
                                        const [photo, done] = arguments;
                                        fetch(`/api/v1/photos/${photo}`).then((a) => a.json())
                                          .then((data) => done(data.digest));
                                        """,
                                        photo);
        assertThat(digest).isEqualTo(safelight.base.Digest.of(picture).hex());
    }

    @Test
    void uploadGoesOnAfterItsServerWasKilled() throws Exception {
        crossing.holdAfter(share(60));
        send();
        awaitShown(45);

        server.kill();
        browser.until(() -> browser.see("upload-state").getText().contains("Trying again"));
        browser.shot("upload-again-desktop-en");
        server = ServerProcess.start(folder.resolve("data"));
        crossing.leadTo(List.of(server.url()));
        crossing.release();

        browser.until(() -> browser.all("upload").isEmpty());
        assertOnePhoto();
        assertThat(shown()).isSorted().endsWith(100L);
    }

    @Test
    void reloadedPageGoesOnWithTheSameFile() throws Exception {
        crossing.holdAfter(share(75));
        send();
        awaitShown(60);

        browser.driver().navigate().refresh();
        crossing.release();
        browser.see("home");
        send();

        browser.until(() -> browser.all("upload").isEmpty());
        assertThat(shown().stream().filter(percent -> percent > 0).findFirst().orElseThrow())
                .isGreaterThanOrEqualTo(30);
        assertOnePhoto();
    }

    @Test
    void stoppedUploadLeavesNothing() throws Exception {
        crossing.holdAfter(share(60));
        send();
        awaitShown(45);

        browser.click("upload-stop");
        crossing.release();

        assertThat(browser.all("upload")).isEmpty();
        Deadline.of(CLEARED_MOST).until(() -> DataFolder.blobs(folder.resolve("data")).isEmpty());
        assertThat(browser.all("photo")).isEmpty();
        assertThat(
                        (Long)
                                browser.run(
                                        "return Object.keys(localStorage).filter((key) =>"
                                                + " key.startsWith('safelight.upload.')).length"))
                .isZero();
    }
}
