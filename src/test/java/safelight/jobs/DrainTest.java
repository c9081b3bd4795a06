package safelight.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import safelight.catalog.Burden;

class DrainTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Burden WAITING = new Burden(1_000, 50_000, 9_000);

    private final Drain drain = new Drain();

    private void run(int seconds, int perSecond) {
        for (int i = 0; i <= seconds; i++) drain.met((long) i * perSecond, i * SECOND);
    }

    @Test
    void unknownBeforeAnythingIsDone() {
        assertThat(drain.waitFor(Burden.ofJobs(9), WAITING)).isEqualTo(Drain.UNKNOWN);
    }

    @Test
    void waitIsWhatTheWorkTakesAtTheLatestRate() {
        run(100, 10);

        assertThat(drain.waitFor(new Burden(200, 0, 0), WAITING)).isEqualTo(Duration.ofSeconds(20));
        // 100 jobs' worth of cost, or of bytes.
        assertThat(drain.waitFor(new Burden(1, 5_000, 0), WAITING))
                .isEqualTo(Duration.ofSeconds(10));
        assertThat(drain.waitFor(new Burden(1, 0, 900), WAITING)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void waitIsNeitherNothingNorForEver() {
        run(100, 1000);

        assertThat(drain.waitFor(Burden.NONE, Burden.NONE)).isEqualTo(Duration.ofSeconds(1));
        assertThat(drain.waitFor(Burden.ofJobs(10_000_000), Burden.NONE))
                .isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void workerThatGoesIsNoNegativeRate() {
        run(100, 10);
        drain.met(5, 101 * SECOND);

        assertThat(drain.waitFor(new Burden(100, 0, 0), WAITING)).isEqualTo(Duration.ofSeconds(10));
    }
}
