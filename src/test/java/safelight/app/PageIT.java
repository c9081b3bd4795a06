package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Font;
import java.awt.GradientPaint;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/// The whole page in a real browser against a real server; `-Dsafelight.url=...` names one that
/// runs already. Screenshots end in `target/screenshots`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageIT {
    private static final String PASSWORD = "a long red lamp in the dark";
    private static final int HEAVY_JOBS = 12;
    private static final By FACE = By.cssSelector("[data-testid=avatar] img");
    private static final String LATE_ANSWERS =
            """
            const before = fetch;
            window.fetch = async (...request) => {
              const answer = await before(...request);
              return new Promise((resolve) => setTimeout(resolve, 3000, answer));
            };\
            """;

    @TempDir static Path folder;
    private Optional<ServerProcess> server = Optional.empty();
    private String url = "";
    private int people;

    @BeforeAll
    void startServer() throws Exception {
        var given = Optional.ofNullable(System.getProperty("safelight.url"));
        if (given.isEmpty()) server = Optional.of(ServerProcess.start(folder.resolve("data")));
        url = given.orElseGet(() -> server.orElseThrow().url().toString());
    }

    @AfterAll
    void stopServer() throws Exception {
        if (server.isPresent()) server.get().close();
    }

    @Test
    void aPersonEditsAPhotoFromSignUpToDownload() throws Exception {
        try (var browser = browser("en-US")) {
            var email = signUp(browser);
            upload(browser, harbour(1800, 1200, "harbour.jpg"), harbour(900, 1200, "tower.jpg"));
            browser.until(() -> browser.all("photo").size() == 2);
            browser.until(() -> browser.all("uploads").getFirst().getText().isEmpty());
            browser.until(() -> thumbnails(browser) == 2);
            browser.shot("photos-desktop-en");

            edit(browser);
            run(browser);
            compare(browser);
            everythingIsStillThereAfterAReload(browser);
            signOutAndIn(browser, email);
            delete(browser);

            assertThat(browser.consoleErrors()).isEmpty();
        }
    }

    private void edit(Browser browser) {
        open(browser, "harbour.jpg");
        var untouched = browser.picture("preview");
        browser.get("crop-on").click();
        assertThat(number(browser, "crop-left")).isEqualTo(180);
        browser.actions()
                .dragAndDropBy(browser.see("crop-box"), 40, -20)
                .dragAndDropBy(browser.see("crop-se"), -90, -60)
                .perform();
        assertThat(number(browser, "crop-left")).isGreaterThan(180);
        assertThat(number(browser, "crop-width")).isBetween(600, 1400);
        var left = number(browser, "crop-left");
        browser.see("crop-box").sendKeys(Keys.ARROW_LEFT);
        assertThat(number(browser, "crop-left")).isEqualTo(left - 18);
        var width = number(browser, "crop-width");
        browser.see("crop-box").sendKeys(Keys.chord(Keys.SHIFT, Keys.ARROW_RIGHT));
        assertThat(number(browser, "crop-width")).isEqualTo(width + 18);

        assertThat(browser.picture("preview")).isEqualTo(untouched);
        browser.see("blur-sigma").sendKeys(Keys.PAGE_UP, Keys.PAGE_UP, Keys.PAGE_UP);
        assertThat(browser.value("blur-sigma-number")).isEqualTo("3");
        browser.until(() -> !browser.picture("preview").equals(untouched));
        var soft = browser.picture("preview");
        browser.fill("sharpen-sigma-number", "4");
        browser.fill("sharpen-amount-number", "2.5");
        browser.until(() -> !browser.picture("preview").equals(soft));
        shapes(browser);
        browser.fill("resize-width", "640");
        browser.shot("editor-desktop-en");
        browser.dark(true);
        browser.shot("editor-desktop-en-dark");
        browser.dark(false);
    }

    private static void shapes(Browser browser) {
        browser.get("aspect-1").click();
        assertThat(number(browser, "crop-width")).isEqualTo(number(browser, "crop-height"));
        browser.see("rotate-right").click();
        browser.see("flip-horizontal").click();
        browser.see("rotate-left").click();
        browser.see("flip-vertical").click();
        browser.see("rotate-right").click();
        browser.see("rotate-right").click();
        assertThat(number(browser, "crop-width")).isEqualTo(number(browser, "crop-height"));
        assertThat(browser.see("result-size").getText()).contains("×");
    }

    private void run(Browser browser) throws IOException {
        assertThat(browser.see("result-size").getText()).contains("640 × 640");
        browser.click("run");
        var job = By.cssSelector("[data-testid=run-job] [data-testid=job]");
        browser.until(() -> "succeeded".equals(browser.see(job).getDomAttribute("data-state")));
        browser.shot("editor-done-desktop-en");
        var link = browser.see(By.cssSelector("[data-testid=run-job] [data-testid=job-download]"));
        assertThat(link.getDomAttribute("download")).isNotNull();
        var result = browser.fetch(link);
        assertThat(result.getWidth()).isEqualTo(640);
        assertThat(result.getHeight()).isEqualTo(640);
    }

    private void compare(Browser browser) {
        browser.click(By.cssSelector("[data-testid=run-job] [data-testid=job-compare]"));
        browser.see(By.cssSelector("[data-testid=compare][data-before=ready][data-after=ready]"));
        var slider = browser.see("compare-slider");
        slider.sendKeys(Keys.ARROW_LEFT, Keys.ARROW_LEFT);
        assertThat(browser.value("compare-slider")).isEqualTo("48");
        browser.actions().dragAndDropBy(browser.see("compare-slider"), 80, 0).perform();
        assertThat(Integer.parseInt(browser.value("compare-slider"))).isGreaterThan(50);
        browser.shot("compare-desktop-en");
        browser.click("back");
    }

    private void everythingIsStillThereAfterAReload(Browser browser) {
        browser.driver().navigate().refresh();
        browser.until(() -> browser.all("photo").size() == 3);
        browser.until(() -> thumbnails(browser) == 3);
        browser.until(() -> browser.all("job").size() == 1);
        var result = browser.see(By.cssSelector("[data-result=true]"));
        browser.until(() -> result.getText().contains("of harbour.jpg"));
        assertThat(photo(browser, "harbour.jpg").getText()).contains("1 result");
        browser.shot("results-desktop-en");
    }

    private void signOutAndIn(Browser browser, String email) {
        browser.click("account");
        browser.shot("account-desktop-en");
        browser.click("sign-out");
        browser.see("sign-email").sendKeys(email);
        browser.see("sign-password").sendKeys(PASSWORD);
        browser.click("sign-go");
        browser.see("home");
        browser.until(() -> browser.all("photo").size() == 3);
    }

    private void delete(Browser browser) {
        var card = photo(browser, "harbour.jpg");
        browser.actions().moveToElement(card).perform();
        card.findElement(Browser.named("photo-delete")).click();
        assertThat(browser.see("confirm").getText()).contains("every result made from it");
        browser.shot("delete-desktop-en");
        browser.click("confirm-no");
        assertThat(browser.all("photo")).hasSize(3);
        photo(browser, "harbour.jpg").findElement(Browser.named("photo-delete")).click();
        browser.click("confirm-yes");
        browser.until(() -> browser.all("photo").size() == 1);
        browser.driver().navigate().refresh();
        browser.until(() -> browser.all("photo").size() == 1);
        assertThat(photo(browser, "tower.jpg").isDisplayed()).isTrue();
    }

    @Test
    void openJobsCanBeCancelled() throws Exception {
        try (var browser = browser("en-US")) {
            signUp(browser);
            upload(browser, noise(3000, 2000, "noise.jpg"));
            browser.until(() -> browser.all("photo").size() == 1);
            order(browser, browser.see("photo").getDomAttribute("data-id"));
            browser.until(() -> browser.all("job").size() == HEAVY_JOBS);
            var newest = browser.all("job").getFirst().getDomAttribute("data-id");
            var row = "[data-testid=job][data-id='" + newest + "']";
            browser.shot("jobs-desktop-en");
            browser.click(By.cssSelector(row + " [data-testid=job-cancel]"));
            browser.see(By.cssSelector(row + "[data-state=cancelled]"));
            assertThat(browser.driver().findElements(By.cssSelector(row + " button"))).isEmpty();
            stopAll(browser);
        }
    }

    @Test
    void aProfilePictureReplacesTheInitials() throws Exception {
        try (var browser = browser("en-US")) {
            signUp(browser);
            assertThat(browser.see("avatar").getText()).isEqualTo("MP");

            choosePicture(browser);

            browser.driver().navigate().refresh();
            browser.see(FACE);
            browser.shot("profile-desktop-en");
            assertThat(browser.consoleErrors()).isEmpty();
        }
    }

    @Test
    void aProfilePictureMadeBeforeThePageHasItsAnswerIsShown() throws Exception {
        try (var browser = browser("en-US")) {
            signUp(browser);
            browser.run(LATE_ANSWERS);

            choosePicture(browser);
        }
    }

    private void choosePicture(Browser browser) throws Exception {
        browser.get("avatar-file").sendKeys(harbour(700, 500, "me.jpg").toString());
        var width = "return arguments[0].naturalWidth";
        browser.until(() -> Long.valueOf(256).equals(browser.run(width, browser.see(FACE))));
    }

    @Test
    void theKeyboardAloneSignsInAndOut() throws Exception {
        try (var browser = browser("en-US")) {
            var email = signUp(browser);
            leave(browser);
            browser.see("sign-email");

            focused(browser).sendKeys(email, Keys.TAB);
            focused(browser).sendKeys("not the password", Keys.ENTER);
            assertThat(browser.see("sign-problem").getText()).isNotBlank();
            browser.until(() -> "sign-password".equals(focused(browser).getDomAttribute("id")));
            browser.shot("sign-in-refused-en");
            focused(browser).sendKeys(Keys.chord(Keys.CONTROL, "a"), PASSWORD, Keys.ENTER);
            browser.see("home");

            var account = browser.see("account");
            for (int i = 0; i < 12 && !account.equals(focused(browser)); i++)
                focused(browser).sendKeys(Keys.TAB);
            assertThat(focused(browser)).isEqualTo(account);
            focused(browser).sendKeys(Keys.ENTER);
            browser.see("sign-out");
            focused(browser).sendKeys(Keys.ESCAPE);
            browser.until(() -> !browser.get("sign-out").isDisplayed());
            assertThat(focused(browser)).isEqualTo(account);
        }
    }

    @Test
    void aPasswordIsChanged() throws Exception {
        try (var browser = browser("en-US")) {
            var email = signUp(browser);
            browser.click("account");
            browser.click("password-change");
            browser.see("password-current").sendKeys("not the password");
            browser.see("password-new").sendKeys("another red lamp in the dark");
            browser.shot("password-desktop-en");
            browser.click("password-go");
            assertThat(browser.see("password-problem").getText()).contains("another one");
            browser.fill("password-new", "short");
            browser.click("password-go");
            assertThat(browser.see("password-new-error").getText()).contains("8 characters");

            browser.fill("password-current", PASSWORD);
            browser.fill("password-new", "another red lamp in the dark");
            browser.click("password-go");

            assertThat(browser.see("password-done").getText()).contains("has been changed");
            browser.shot("password-done-desktop-en");
            browser.click("password-close");
            browser.driver().navigate().refresh();
            browser.see("home");
            leave(browser);
            browser.see("sign-email").sendKeys(email);
            browser.see("sign-password").sendKeys("another red lamp in the dark");
            browser.click("sign-go");
            browser.see("home");
            assertThat(browser.consoleErrors()).isEmpty();
        }
    }

    @Test
    void itFitsAPhoneAndSpeaksKorean() throws Exception {
        try (var browser = browser("ko-KR")) {
            browser.phone();
            browser.open(url);
            assertThat(browser.see("sign-go").getText()).isEqualTo("로그인");
            assertFits(browser, "sign-in-phone-ko");
            signUp(browser);
            upload(browser, harbour(1800, 1200, "부두.jpg"), harbour(900, 1200, "탑.jpg"));
            browser.until(() -> thumbnails(browser) == 2);
            browser.until(() -> browser.all("uploads").getFirst().getText().isEmpty());
            assertFits(browser, "photos-phone-ko");
            open(browser, "부두.jpg");
            browser.get("crop-on").click();
            browser.fill("blur-sigma-number", "2");
            assertFits(browser, "editor-phone-ko");
            browser.click("run");
            browser.click(By.cssSelector("[data-testid=run-job] [data-testid=job-compare]"));
            browser.see(
                    By.cssSelector("[data-testid=compare][data-before=ready][data-after=ready]"));
            assertFits(browser, "compare-phone-ko");
            browser.click("back");
            browser.click("tab-jobs");
            browser.see("job-compare");
            assertFits(browser, "jobs-phone-ko");
            browser.dark(true);
            assertFits(browser, "jobs-phone-ko-dark");
            browser.desktop();
            browser.click("brand");
            browser.shot("photos-desktop-ko-dark");
            browser.dark(false);
            browser.shot("photos-desktop-ko");
            browser.click("language-en");
            assertThat(browser.see("choose").getText()).isEqualTo("Choose photos");
            browser.driver().navigate().refresh();
            assertThat(browser.see("choose").getText()).isEqualTo("Choose photos");
            assertThat(browser.consoleErrors()).isEmpty();
        }
    }

    private static void assertFits(Browser browser, String name) {
        browser.shot(name);
        assertThat(browser.run("return document.documentElement.scrollWidth")).isEqualTo(375L);
    }

    private Browser browser(String language) throws IOException {
        return Browser.start(Files.createTempDirectory(folder, "profile"), language);
    }

    private String signUp(Browser browser) {
        var email = "mina" + ++people + "." + System.nanoTime() + "@example.org";
        browser.open(url);
        browser.click("sign-toggle");
        browser.see("sign-name").sendKeys("Mina Park");
        browser.see("sign-email").sendKeys(email);
        browser.see("sign-password").sendKeys(PASSWORD);
        browser.shot("sign-up");
        browser.click("sign-go");
        browser.see("home");
        return email;
    }

    private static void leave(Browser browser) {
        browser.click("account");
        browser.click("sign-out");
    }

    private static WebElement focused(Browser browser) {
        return browser.driver().switchTo().activeElement();
    }

    private static void upload(Browser browser, Path... files) {
        browser.get("files")
                .sendKeys(String.join("\n", Arrays.stream(files).map(Path::toString).toList()));
    }

    private static void open(Browser browser, String name) {
        browser.until(() -> photo(browser, name))
                .findElement(Browser.named("photo-open"))
                .sendKeys(Keys.ENTER);
        browser.see("preview");
    }

    private static WebElement photo(Browser browser, String name) {
        return browser.until(() ->
                browser.all("photo").stream()
                        .filter(card -> card.getDomAttribute("data-result") == null)
                        .filter(card -> card.getText().contains(name))
                        .findFirst()
                        .orElse(null));
    }

    private static long thumbnails(Browser browser) {
        return browser.driver().findElements(By.cssSelector("[data-testid=photo] img.seen")).size();
    }

    private static int number(Browser browser, String testid) {
        return Integer.parseInt(browser.value(testid));
    }

    private static void order(Browser browser, String photo) {
        browser.driver()
                .executeAsyncScript(
                        """
                        const [photo, count, done] = arguments;
                        const order = (i) => fetch('/api/v1/jobs', {
                          method: 'POST', headers: { 'Content-Type': 'application/json' },
                          body: JSON.stringify({ photo, priority: 'normal',
                            operations: [{ op: 'sharpen', sigma: 80 + i }],
                            output: { format: 'jpeg', quality: 80 } }) });
                        Promise.all(Array.from({ length: count }, (_, i) => order(i))).then(() => done());
                        """,
                        photo,
                        HEAVY_JOBS);
    }

    private static void stopAll(Browser browser) {
        browser.driver()
                .executeAsyncScript(
                        """
                        const done = arguments[0];
                        Promise.all([...document.querySelectorAll('[data-testid=job]')].map((row) =>
                          fetch(`/api/v1/jobs/${row.dataset.id}`, { method: 'DELETE' }))).then(() => done());
                        """);
    }

    private Path harbour(int widthPx, int heightPx, String name) throws IOException {
        var image = new BufferedImage(widthPx, heightPx, BufferedImage.TYPE_INT_RGB);
        var pen = image.createGraphics();
        pen.setPaint(
                new GradientPaint(
                        0, 0, new Color(0x1f3a5f), 0, heightPx * 0.6f, new Color(0xf2a65a)));
        pen.fillRect(0, 0, widthPx, heightPx);
        pen.setColor(new Color(0xfff1d0));
        pen.fillOval(widthPx / 2, heightPx / 3, heightPx / 5, heightPx / 5);
        var random = new Random(widthPx);
        IntStream.range(0, 24)
                .forEach(i -> {
                    int tall = heightPx / 8 + random.nextInt(heightPx / 3);
                    pen.setColor(new Color(20 + i, 24 + i, 34 + i * 2));
                    pen.fillRect(i * widthPx / 24, heightPx - tall, widthPx / 24 + 1, tall);
                });
        pen.setColor(Color.WHITE);
        pen.setFont(new Font(Font.SANS_SERIF, Font.BOLD, heightPx / 12));
        pen.drawString("Safelight", widthPx / 12, heightPx / 6);
        pen.dispose();
        return written(image, name);
    }

    private Path noise(int widthPx, int heightPx, String name) throws IOException {
        var image = new BufferedImage(widthPx, heightPx, BufferedImage.TYPE_INT_RGB);
        var random = new Random(7);
        for (int y = 0; y < heightPx; y++)
            for (int x = 0; x < widthPx; x++) image.setRGB(x, y, random.nextInt(0x1000000));
        return written(image, name);
    }

    private Path written(BufferedImage image, String name) throws IOException {
        var file = folder.resolve(name);
        ImageIO.write(image, "jpeg", file.toFile());
        return file;
    }
}
