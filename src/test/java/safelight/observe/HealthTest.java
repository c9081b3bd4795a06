package safelight.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import safelight.base.HandClock;

/// When a process may be sent traffic.
class HealthTest {
    private static final Duration LEAST = Duration.ofSeconds(3);

    private final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00Z"));
    private Optional<String> complaint = Optional.empty();

    @Test
    void servesWhileItHasStartedAndDoesNotDrain() {
        var health = new Health(List.of());
        assertThat(health.complaints()).containsExactly("not serving: starting or draining");

        health.serve();
        assertThat(health.complaints()).isEmpty();

        health.drain();
        assertThat(health.complaints()).containsExactly("not serving: starting or draining");
    }

    @Test
    void namesWhatComplains() {
        var health = served(new Health.Check("queue", () -> complaint));
        complaint = Optional.of("It is full.");

        assertThat(health.complaints()).containsExactly("queue: It is full.");
    }

    @Test
    void overlooksWhatDidNotStandForSoLong() {
        var health = served(patient());
        complaint = Optional.of("No answer.");

        assertThat(health.complaints()).isEmpty();
        clock.advance(LEAST.minusMillis(1));
        assertThat(health.complaints()).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(health.complaints()).containsExactly("sessions: No answer.");
    }

    @Test
    void countsAnewAfterAGoodAnswer() {
        var health = served(patient());
        complaint = Optional.of("No answer.");
        assertThat(health.complaints()).isEmpty();
        clock.advance(LEAST);
        complaint = Optional.empty();
        assertThat(health.complaints()).isEmpty();

        complaint = Optional.of("No answer.");

        assertThat(health.complaints()).isEmpty();
    }

    private Health.Check patient() {
        return new Health.Check("sessions", () -> complaint).standingFor(LEAST, clock);
    }

    private static Health served(Health.Check check) {
        var health = new Health(List.of(check));
        health.serve();
        return health;
    }
}
