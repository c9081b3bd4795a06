package safelight.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import safelight.queue.Counts;

class SweeperTest {
    private static final Duration HELD =
            Sweeper.Pace.of(Duration.ZERO, JobSettings.DEFAULT).heldMost();

    private static Optional<Duration> unseenMost(long ready, long delivering, long inQueue) {
        var counts = new Counts(ready, delivering, 0, 0, Duration.ofHours(1));
        return Sweeper.unseenMost(counts, inQueue, HELD);
    }

    @Test
    void jobsComeBackSoonWhenTicketsAreMissing() {
        assertThat(unseenMost(3, 1, 5)).contains(Duration.ofSeconds(10));
    }

    @Test
    void jobsInALineAreLeftAlone() {
        assertThat(unseenMost(1, 4, 5)).isEmpty();
        assertThat(unseenMost(1, 9, 5)).isEmpty();
    }

    @Test
    void doublesHideAMissingTicketForMinutesOnly() {
        assertThat(unseenMost(0, 6, 5)).contains(HELD);
        assertThat(HELD).isBetween(Duration.ofMinutes(3), Duration.ofMinutes(5));
    }

    @Test
    void anIdleQueueIsNotAskedAbout() {
        assertThat(unseenMost(0, 0, 0)).isEmpty();
    }
}
