package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartsTest {
    private static final Duration SHORT = Duration.ofSeconds(5);

    @Test
    void whoCrashesSoonCountsAndWhoLivesLongIsForgiven() {
        assertThat(Restarts.early(3, SHORT, true)).isEqualTo(4);
        assertThat(Restarts.early(4, Duration.ofMinutes(1), true)).isZero();
    }

    @Test
    void whoIsKilledFromOutsideAgainAndAgainIsStartedAtOnceEachTime() {
        int early = 0;
        for (int kill = 0; kill < 50; kill++) early = Restarts.early(early, SHORT, false);

        assertThat(early).isZero();
    }

    @Test
    void whoIsKilledWhileItStartsCounts() {
        assertThat(Restarts.early(0, Duration.ofMillis(300), false)).isEqualTo(1);
    }
}
