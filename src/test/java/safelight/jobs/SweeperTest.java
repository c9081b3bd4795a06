package safelight.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import safelight.queue.Counts;

class SweeperTest {
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private static Duration unseenMost(long tickets, long inQueue, Duration oldest) {
        return Sweeper.unseenMost(new Counts(tickets, 0, 0, 0, oldest), inQueue, PAUSE);
    }

    @Test
    void jobsComeBackSoonWhenTicketsAreMissing() {
        assertThat(unseenMost(4, 5, Duration.ofHours(1))).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void jobsInALongLineAreLeftAlone() {
        var oldest = Duration.ofHours(1);

        assertThat(unseenMost(5, 5, oldest)).isGreaterThan(oldest.plus(PAUSE));
    }

    @Test
    void doublesHideAMissingTicketForMinutesOnly() {
        assertThat(unseenMost(6, 5, Duration.ZERO)).isBetween(PAUSE, PAUSE.multipliedBy(3));
    }
}
