package safelight.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import safelight.base.Backoff;
import safelight.base.HandClock;
import safelight.catalog.Samples;
import safelight.catalog.sql.SqlWebhooks;
import safelight.sql.Database;

/// Which URLs are taken, and how secrets come and go.
class WebhooksTest {
    private final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00Z"));
    @TempDir private Path folder;
    private Database database;

    @BeforeEach
    void open() {
        database = Database.open(folder.resolve("catalog.db"));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Webhooks webhooks(String allow) {
        var settings =
                new WebhookSettings(
                        3,
                        new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(1)),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        1,
                        1,
                        1,
                        Duration.ofDays(1),
                        Network.parseAll(allow));
        return new Webhooks(new SqlWebhooks(database), settings, clock, new Random(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.org",
                "HTTPS://Example.org:8443/hook?a=b%20c",
                "http://93.184.216.34/hook",
                "http://[2606:4700::1111]:8080/"
            })
    void taken(String url) {
        assertThat(webhooks("").fault(url)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.org",
                "/hook",
                "ftp://example.org",
                "file:///etc/passwd",
                "gopher://example.org",
                "https://",
                "https:///hook",
                "https://user@example.org",
                "https://user:secret@example.org",
                "https://@example.org/",
                "https://example.org/#part",
                "https://exa mple.org",
                "https://ex\u00e4mple.org/\u00e4",
                "https://example.org:0/",
                "https://example.org:65536/",
                "http://127.0.0.1/",
                "http://127.1/",
                "http://2130706433/",
                "http://0x7f000001/",
                "http://169.254.169.254/latest/meta-data",
                "http://10.0.0.1:8080",
                "http://0.0.0.0",
                "http://[::1]/",
                "http://[::ffff:127.0.0.1]/",
                "http://0x5db8d822/",
                "http://93.184.216.042/",
                "http://[fe80::1%25eth0]/",
                "http://[64:ff9b::7f00:1]/",
                "http:example.org",
                "https://example.org\r\nX: y"
            })
    void refused(String url) {
        assertThat(webhooks("").fault(url)).isPresent();
    }

    @Test
    void urlHasABoundedLength() {
        assertThat(webhooks("").fault("https://example.org/" + "a".repeat(2000))).isEmpty();
        assertThat(webhooks("").fault("https://example.org/" + "a".repeat(2029))).isPresent();
    }

    @Test
    void allowedLiteralIsTaken() {
        assertThat(webhooks("127.0.0.0/8").fault("http://127.0.0.1:9/")).isEmpty();
        assertThat(webhooks("127.0.0.0/8").fault("http://10.0.0.1/")).isPresent();
    }

    @Test
    void secretIsMadeOnceAndReplacedWithAnOverlap() {
        var webhooks = webhooks("");
        var account = new Samples(clock).accountId();
        var first = webhooks.secrets(account);
        assertThat(webhooks.secrets(account)).isEqualTo(first);
        assertThat(first.previous()).isEmpty();

        var next = webhooks.replaceSecret(account);

        assertThat(next.current()).isNotEqualTo(first.current());
        assertThat(next.previous()).contains(first.current());
        assertThat(next.previousUntil()).contains(clock.instant().plus(Duration.ofDays(1)));
        clock.advance(Duration.ofDays(1));
        assertThat(webhooks.secrets(account).previous()).isEmpty();
        assertThat(List.of(first.current(), next.current())).doesNotHaveDuplicates();
    }
}
