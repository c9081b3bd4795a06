package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.webhooks.Receiver;

/// The page's dialog of webhooks in a real browser: what was sent, send again, and the secret.
class WebhookPageIT {
    private static final String HAND_IN =
            """
            const [photo, webhook, done] = arguments;
            fetch('/api/v1/jobs', {
              method: 'POST',
              headers: { 'Content-Type': 'application/json' },
              body: JSON.stringify({ photo, webhook, operations: [{ op: 'blur', sigma: 1 }] }),
            }).then((answer) => done(answer.status));
            """;

    @TempDir private Path folder;

    @Test
    void aPersonSeesWhatWasSentSendsItAgainAndReplacesTheSecret() throws Exception {
        var picture = folder.resolve("small.png");
        Files.write(picture, Shots.noise(60, 40, "png", 1));
        try (var receiver = new Receiver(204);
                var server =
                        ServerProcess.start(
                                folder.resolve("data"), "--set", "webhooks.allow=127.0.0.0/8");
                var browser = Browser.start(folder.resolve("profile"), "en-US")) {
            signUp(browser, server);
            browser.get("files").sendKeys(picture.toString());
            var photo = browser.see("photo").getDomAttribute("data-id");
            showDialog(browser);
            assertThat(browser.see("webhooks-none").getText()).startsWith("Nothing yet");
            browser.click("webhooks-close");
            browser.until(() -> browser.all("webhooks-dialog").isEmpty());

            var status = browser.driver().executeAsyncScript(HAND_IN, photo, receiver.url("/hook"));

            assertThat(status).isEqualTo(202L);
            var first = receiver.next();
            showDialog(browser);
            refreshUntil(browser, "Delivered");
            awaitOneDelivery(browser, "job.succeeded", receiver.url("/hook"));
            browser.click("webhooks-resend");
            assertThat(receiver.next().id()).isEqualTo(first.id());
            refreshUntil(browser, "Delivered");
            replaceSecret(browser);
            browser.shot("webhooks-desktop-en");
            assertThat(browser.consoleErrors()).isEmpty();
        }
    }

    private static void signUp(Browser browser, ServerProcess server) {
        browser.open(server.url().toString());
        browser.click("sign-toggle");
        browser.see("sign-name").sendKeys("Mina Park");
        browser.see("sign-email").sendKeys(UUID.randomUUID() + "@example.org");
        browser.see("sign-password").sendKeys(TestClient.PASSWORD);
        browser.click("sign-go");
        browser.see("home");
    }

    private static void showDialog(Browser browser) {
        browser.click("account");
        browser.click("webhooks");
        browser.see("webhooks-dialog");
    }

    private static void refreshUntil(Browser browser, String state) {
        browser.until(() -> {
            browser.click("webhooks-look");
            return browser.see("webhooks-state").getText().equals(state);
        });
    }

    /// The only one, with these words. The list may be drawn anew between two looks at it.
    private static void awaitOneDelivery(Browser browser, String event, String url) {
        browser.until(() -> {
            var all = browser.all("webhooks-delivery");
            if (all.size() != 1) return false;
            var text = all.getFirst().getText();
            return text.contains(event) && text.contains(url);
        });
    }

    private static void replaceSecret(Browser browser) {
        browser.click("webhooks-show");
        var before = browser.see("webhooks-secret").getText();
        assertThat(before).startsWith("whsec_");
        browser.click("webhooks-replace");
        browser.click("confirm-yes");
        browser.until(() -> browser.all("confirm").isEmpty());
        assertThat(browser.see("webhooks-secret").getText())
                .startsWith("whsec_")
                .isNotEqualTo(before);
    }
}
