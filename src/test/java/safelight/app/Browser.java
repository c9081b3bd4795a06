package safelight.app;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/// One Chromium of Debian's, driven by the page's `data-testid` names. Every wait has a deadline.
final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path SCREENSHOTS = Path.of("target/screenshots");

    /// Answers that are part of the page's way, and that Chromium writes to its console all the
    /// same: "am I signed in?", a thumbnail that is still being made, the photo of a job when it
    /// was deleted, and a password that is refused.
    private static final Pattern EXPECTED =
            Pattern.compile(
                    ".*/api/v1/(session|cluster) - .* 401 .*|.*/photos/\\w+/thumbnail - .* 503 .*"
                            + "|.*/account/password - .* (403|422) .*"
                            + "|.*/photos/\\w+(/thumbnail)? - .* 404 .*",
                    Pattern.DOTALL);

    private final ChromeDriver driver;
    private final List<String> errors = new ArrayList<>();

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /// A new browser with a new profile in `profile`, preferring `language`.
    static Browser start(Path profile, String language) {
        var options = new ChromeOptions();
        options.setBinary("/usr/bin/chromium");
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--window-size=1360,860",
                "--lang=" + language,
                "--user-data-dir=" + profile);
        options.setExperimentalOption("prefs", Map.of("intl.accept_languages", language));
        var logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        var service =
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(new File("/usr/bin/chromedriver"))
                        .usingAnyFreePort()
                        .build();
        var driver = new ChromeDriver(service, options);
        driver.manage().timeouts().scriptTimeout(PATIENCE);
        return new Browser(driver);
    }

    ChromeDriver driver() {
        return driver;
    }

    Actions actions() {
        return new Actions(driver);
    }

    void open(String url) {
        driver.get(url);
    }

    static By named(String testid) {
        return By.cssSelector("[data-testid='" + testid + "']");
    }

    /// The first shown element with this name, once there is one.
    WebElement see(String testid) {
        return see(named(testid));
    }

    WebElement see(By where) {
        return until(() ->
                driver.findElements(where).stream()
                        .filter(WebElement::isDisplayed)
                        .findFirst()
                        .orElse(null));
    }

    /// The element with this name, shown or not.
    WebElement get(String testid) {
        return until(() -> driver.findElements(named(testid)).stream().findFirst().orElse(null));
    }

    List<WebElement> all(String testid) {
        return driver.findElements(named(testid));
    }

    void click(String testid) {
        click(named(testid));
    }

    void click(By where) {
        until(() -> {
            driver.findElements(where).stream()
                    .filter(WebElement::isDisplayed)
                    .findFirst()
                    .orElseThrow(() -> new StaleElementReferenceException("not yet"))
                    .click();
            return true;
        });
    }

    /// Replaces what is in a field and leaves it, as a person does.
    void fill(String testid, String text) {
        driver.executeScript("arguments[0].select()", see(testid));
        see(testid).sendKeys(text);
        driver.executeScript("arguments[0].blur()", see(testid));
    }

    String value(String testid) {
        return see(testid).getDomProperty("value");
    }

    /// Waits until `what` is neither null nor false.
    <T> T until(Supplier<T> what) {
        return new WebDriverWait(driver, PATIENCE)
                .ignoring(StaleElementReferenceException.class)
                .until(_ -> {
                    var answer = what.get();
                    return Boolean.FALSE.equals(answer) ? null : answer;
                });
    }

    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /// What a canvas shows, for comparing.
    String picture(String testid) {
        return (String) run("return arguments[0].toDataURL()", see(testid));
    }

    /// What this link leads to, fetched with the page's session.
    java.awt.image.BufferedImage fetch(WebElement link) throws IOException {
        var text =
                (String)
                        driver.executeAsyncScript(
                                """
                                const [link, done] = arguments;
                                fetch(link.href).then((answer) => answer.blob()).then((blob) => {
                                  const reader = new FileReader();
                                  reader.onload = () => done(reader.result.split(',')[1]);
                                  reader.readAsDataURL(blob);
                                });
                                """,
                                link);
        return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(text)));
    }

    void phone() {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", 375, "height", 667, "deviceScaleFactor", 2, "mobile", true));
    }

    void desktop() {
        driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        driver.manage().window().setSize(new Dimension(1360, 860));
    }

    void dark(boolean isDark) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of(
                                        "name",
                                        "prefers-color-scheme",
                                        "value",
                                        isDark ? "dark" : "light"))));
    }

    /// Keeps what is seen now as `target/screenshots/NAME.png`.
    void shot(String name) {
        run(
                "return Promise.all(document.getAnimations().filter((a) => a.effect?.getTiming()"
                        + ".iterations !== Infinity).map((a) => a.finished.catch(() => {})))");
        try {
            Files.createDirectories(SCREENSHOTS);
            Files.write(
                    SCREENSHOTS.resolve(name + ".png"),
                    driver.getScreenshotAs(org.openqa.selenium.OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Errors on the browser's console so far that nobody expected.
    List<String> consoleErrors() {
        driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
                .map(entry -> entry.getMessage())
                .filter(message -> !EXPECTED.matcher(message).matches())
                .forEach(errors::add);
        return List.copyOf(errors);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
