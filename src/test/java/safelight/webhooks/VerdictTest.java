package safelight.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import safelight.base.AccountId;
import safelight.base.Backoff;
import safelight.base.DeliveryId;
import safelight.catalog.Delivery;

/// What becomes of a delivery after a try.
class VerdictTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String ID = "01kdvdna3wgw4x5ht0qb0czep0";
    private static final WebhookSettings SETTINGS =
            new WebhookSettings(
                    3,
                    new Backoff(Duration.ofSeconds(10), Duration.ofHours(12)),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    1,
                    1,
                    1,
                    Duration.ofDays(7),
                    List.of());

    private static Delivery after(int tries, Optional<Integer> status, Optional<Duration> pause) {
        var event =
                new Delivery.Event(
                        new AccountId(ID), Delivery.Type.JOB_FAILED, ID, "https://e.org", NOW);
        var was = new Delivery(new DeliveryId(ID), event, Delivery.State.PENDING, tries, NOW, 7);
        var error = status.isPresent() ? Optional.<String>empty() : Optional.of("broke");
        return Verdict.of(
                was, new Post.Answer(status, error, "", pause), SETTINGS, NOW, new Random(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 204, 299})
    void any2xxIsAReceipt(int status) {
        assertThat(after(0, Optional.of(status), Optional.empty()).state())
                .isEqualTo(Delivery.State.DELIVERED);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 400, 401, 404, 429, 500, 503})
    void everythingElseIsTriedAgain(int status) {
        var next = after(0, Optional.of(status), Optional.empty());

        assertThat(next.state()).isEqualTo(Delivery.State.PENDING);
        assertThat(next.tries()).isEqualTo(1);
        assertThat(next.due()).isBetween(NOW.plusSeconds(5), NOW.plusSeconds(10));
    }

    @Test
    void goneAsksForNoMore() {
        assertThat(after(0, Optional.of(410), Optional.empty()).state())
                .isEqualTo(Delivery.State.FAILED);
    }

    @Test
    void lastTryGivesUp() {
        assertThat(after(1, Optional.empty(), Optional.empty()).state())
                .isEqualTo(Delivery.State.PENDING);
        assertThat(after(2, Optional.empty(), Optional.empty()).state())
                .isEqualTo(Delivery.State.FAILED);
    }

    @Test
    void retryAfterIsHonouredWithinBounds() {
        assertThat(after(0, Optional.of(503), Optional.of(Duration.ofMinutes(7))).due())
                .isEqualTo(NOW.plus(Duration.ofMinutes(7)));
        assertThat(after(0, Optional.of(503), Optional.of(Duration.ofDays(9))).due())
                .isEqualTo(NOW.plus(Duration.ofHours(12)));
        assertThat(after(0, Optional.of(503), Optional.of(Duration.ofSeconds(1))).due())
                .isAfterOrEqualTo(NOW.plusSeconds(5));
    }

    @Test
    void retryAfterIsSecondsOrADate() {
        assertThat(Post.pause("120", NOW)).contains(Duration.ofMinutes(2));
        assertThat(Post.pause("Thu, 01 Jan 2026 00:01:00 GMT", NOW))
                .contains(Duration.ofMinutes(1));
        assertThat(Post.pause("Wed, 31 Dec 2025 00:01:00 GMT", NOW)).isEmpty();
        assertThat(Post.pause("soon", NOW)).isEmpty();
        assertThat(Post.pause("-5", NOW)).isEmpty();
    }
}
