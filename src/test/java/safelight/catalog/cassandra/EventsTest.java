package safelight.catalog.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import safelight.base.HandClock;
import safelight.base.PhotoId;
import safelight.catalog.Samples;

/// Numbers in the log of changes, as servers choose them.
class EventsTest {
    private static final int SERVERS = 20_000;
    private static final int RACERS = 1_000;

    private final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00.123456Z"));
    private final Samples samples = new Samples(clock);

    @Test
    void changesOfOneJobInOneMicrosecondHaveLinesOfTheirOwn() {
        var job = samples.job(samples.accountId(), new PhotoId(samples.id()));

        for (int i = 0; i < SERVERS; i++) {
            var accepted = new Events(clock).next(job, 0);
            var running = new Events(clock).next(job, 1);
            assertThat(running.sequence()).isNotEqualTo(accepted.sequence());
        }
    }

    /// The loser removes its line, which must not be the winner's.
    @Test
    void twoServersThatRaceForOneVersionHaveLinesOfTheirOwn() {
        var job = samples.job(samples.accountId(), new PhotoId(samples.id()));

        var numbers = new HashSet<Long>();
        for (int i = 0; i < RACERS; i++) numbers.add(new Events(clock).next(job, 1).sequence());

        // Of so many, some 8 pairs meet by chance among 2^16 numbers; among 2^10 it would be 480.
        assertThat(numbers).hasSizeGreaterThan(RACERS - 40);
    }

    @Test
    void numbersOfOneServerRiseThoughItsClockStandsStill() {
        var events = new Events(clock);
        var job = samples.job(samples.accountId(), new PhotoId(samples.id()));

        var first = events.next(job, 7);
        var second = events.next(job, 8);

        assertThat(second.sequence()).isGreaterThan(first.sequence());
    }
}
