package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/// The operations page in a real browser, with a real `dns` whose health and drains it shows.
/// Screenshots end in `target/screenshots`.
class OperationsPageIT {
    private static final String CENTERS =
            "dns.data-centers=name=us-east address=192.0.2.1 at=38.9/-77.0 peer=%s,"
                    + "name=eu-west address=192.0.2.2 at=53.3/-6.3,"
                    + "name=ap-northeast address=192.0.2.3 at=35.7/139.7 check=tcp://127.0.0.1:%d";

    @TempDir private Path folder;

    @Test
    void mapCardsAndCommandLineAgreeOnHealthAndDrains() throws Exception {
        int ops = FreePort.find();
        var state = "http://127.0.0.1:%d/dns/state".formatted(ops);
        // nobody listens there
        var centers = CENTERS.formatted(state, FreePort.find());
        var zone = List.of("--set", "data-center=us-east", "--set", centers);
        var dnsOptions =
                List.of(
                        "--set", "data-center=us-east",
                        "--set", centers,
                        "--set", "dns.zone=photos.test",
                        "--set", "dns.port=0",
                        "--set", "ops.port=" + ops,
                        "--set", "dns.check-every=200ms");
        try (var dns = RoleProcess.start("dns", "dns", folder.resolve("dns"), dnsOptions);
                var server =
                        ServerProcess.start(folder.resolve("web"), zone.toArray(String[]::new));
                var browser = Browser.start(folder.resolve("profile"), "en-US")) {
            assertThat(dns.address()).isNotEmpty();
            look(browser, server.url().toString());
            drain("drain", dnsOptions);
            browser.until(() -> text(browser, "state-eu-west").equals("drained"));
            shots(browser);
            drain("undrain", dnsOptions);
            browser.until(() -> text(browser, "state-eu-west").equals("takes clients"));
            assertThat(browser.consoleErrors()).isEmpty();
        }
    }

    private static void look(Browser browser, String url) {
        browser.open(url + "/operations");
        assertThat(browser.see("sign-first").getText()).contains("Sign in");
        browser.open(url);
        browser.click("sign-toggle");
        browser.see("sign-name").sendKeys("Mina Park");
        browser.see("sign-email").sendKeys("mina@example.org");
        browser.see("sign-password").sendKeys("a long red lamp in the dark");
        browser.click("sign-go");
        browser.see("home");

        browser.open(url + "/operations");

        browser.see("map");
        browser.until(() -> text(browser, "state-ap-northeast").equals("down"));
        assertThat(browser.all("center")).hasSize(3);
        assertThat(text(browser, "state-us-east")).isEqualTo("takes clients");
        assertThat(text(browser, "line")).contains("us-east").contains("In work");
        assertThat(text(browser, "lanes")).contains("Interactive").contains("Bulk");
        browser.until(() -> text(browser, "instances").contains("web"));
        assertThat(onMap(browser, ".map-mark")).hasSize(3);
        assertThat(onMap(browser, ".is-down")).hasSize(1);
    }

    /// In one query: between two, the map may be drawn anew.
    private static List<WebElement> onMap(Browser browser, String what) {
        return browser.driver().findElements(By.cssSelector("[data-testid=map] " + what));
    }

    private static void shots(Browser browser) {
        browser.desktop();
        browser.shot("operations-desktop");
        browser.dark(true);
        browser.shot("operations-desktop-dark");
        browser.phone();
        browser.shot("operations-phone-dark");
        browser.dark(false);
        browser.shot("operations-phone");
        assertThat(
                        browser.run(
                                "return document.documentElement.scrollWidth"
                                        + " <= document.documentElement.clientWidth"))
                .isEqualTo(true);
        browser.desktop();
    }

    /// The page is drawn anew every two seconds, so an element may have gone meanwhile.
    private static String text(Browser browser, String testid) {
        return (String)
                browser.run(
                        "return document.querySelector(`[data-testid='${arguments[0]}']`)"
                                + "?.textContent ?? ''",
                        testid);
    }

    private void drain(String command, List<String> options) throws Exception {
        var arguments = new ArrayList<String>(List.of(command, "eu-west"));
        arguments.addAll(options);
        arguments.addAll(List.of("--data", folder.resolve("dns").toString()));
        assertThat(CommandProcess.run(folder, arguments).code()).isEqualTo(0);
    }
}
