package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/// Colours, watermarks and the crop by attention on the page.
class LookPageIT {
    private static final By JOB = By.cssSelector("[data-testid=run-job] [data-testid=job]");

    @TempDir private Path folder;

    @Test
    void whatIsChosenIsSeenBeforeAndMade() throws Exception {
        try (var server = ServerProcess.start(folder.resolve("data"));
                var browser =
                        Browser.start(Files.createTempDirectory(folder, "profile"), "en-US")) {
            browser.open(server.url().toString());
            browser.click("sign-toggle");
            browser.see("sign-name").sendKeys("Mina Park");
            browser.see("sign-email").sendKeys(UUID.randomUUID() + "@example.org");
            browser.see("sign-password").sendKeys(TestClient.PASSWORD);
            browser.click("sign-go");
            browser.see("home");
            browser.get("files")
                    .sendKeys(drawn(1200, 800, "hill.jpg") + "\n" + drawn(300, 200, "logo.jpg"));
            browser.until(() -> browser.all("photo").size() == 2);

            coloursAndText(browser);
            photoAsMark(browser);

            assertThat(browser.consoleErrors()).isEmpty();
        }
    }

    private static void coloursAndText(Browser browser) {
        open(browser, "hill.jpg");
        var untouched = browser.picture("preview");
        browser.fill("brightness-number", "1.2");
        browser.until(() -> !browser.picture("preview").equals(untouched));
        press(browser, "grayscale");
        press(browser, "mark-on");
        browser.see("mark-text").sendKeys("(c) Mina");
        assertThat(browser.see("mark").getText()).isEqualTo("(c) Mina");
        press(browser, "mark-south");
        browser.fill("mark-opacity-number", "1");
        browser.shot("editor-mark-desktop-en");
        press(browser, "crop-on");
        press(browser, "aspect-1");
        press(browser, "attention");
        assertThat(browser.see("result-size").getText()).contains("800 × 800");
        browser.shot("editor-attention-desktop-en");
        make(browser);
        browser.click(By.cssSelector("[data-testid=run-job] [data-testid=job-compare]"));
        browser.see(By.cssSelector("[data-testid=compare][data-before=ready][data-after=ready]"));
        browser.shot("compare-mark-desktop-en");
        browser.click("back");
    }

    private static void photoAsMark(Browser browser) {
        open(browser, "hill.jpg");
        press(browser, "mark-kind-photo");
        browser.see(By.xpath("//select[@data-testid='mark-photo']/option[.='logo.jpg']")).click();
        browser.see(By.cssSelector("[data-testid=mark] img"));
        browser.shot("editor-mark-photo-desktop-en");
        make(browser);
    }

    /// By the keyboard: the bar with Run may lie over what is far down.
    private static void press(Browser browser, String testid) {
        browser.get(testid).sendKeys(Keys.SPACE);
    }

    private static void make(Browser browser) {
        browser.click("run");
        browser.until(() -> "succeeded".equals(browser.see(JOB).getDomAttribute("data-state")));
    }

    private static void open(Browser browser, String name) {
        var card =
                By.xpath(
                        "//*[@data-testid='photo'][not(@data-result)][contains(., '%s')]//a"
                                .formatted(name));
        browser.driver().get(String.valueOf(browser.see(card).getDomProperty("href")));
        browser.see("preview");
    }

    private Path drawn(int width, int height, String name) throws IOException {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        var pen = image.createGraphics();
        pen.setPaint(new GradientPaint(0, 0, new Color(0x3f6aa0), 0, height, new Color(0xf2a65a)));
        pen.fillRect(0, 0, width, height);
        pen.setColor(new Color(0x2c4a2a));
        pen.fillOval(-width / 4, height / 2, width, height);
        pen.dispose();
        var file = folder.resolve(name);
        ImageIO.write(image, "jpg", file.toFile());
        return file;
    }
}
