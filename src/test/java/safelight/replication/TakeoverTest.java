package safelight.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;

/// When the jobs of a silent data center are taken over, and above all when not.
class TakeoverTest {
    private static final Duration LOST_AFTER = Duration.ofSeconds(60);

    @ParameterizedTest
    @CsvSource({
        // silent, answers, given up, writing, heard, all
        "0,    true,  false, true,  2, 2, Alive",
        "19,   false, false, true,  1, 2, Alive",
        // A person's word does not stop one that works.
        "19,   false, true,  true,  1, 2, Alive",
        "30,   false, false, true,  1, 2, Unsure",
        "30,   false, true,  true,  1, 2, Lost",
        "61,   false, false, true,  1, 2, Lost",
        // Its replicator answers: storage is cut off, the data center is not.
        "3600, true,  false, true,  1, 2, Unsure",
        "3600, true,  true,  true,  1, 2, Unsure",
        // Whoever cannot write knows nothing.
        "3600, false, false, false, 1, 2, Unsure",
        "3600, false, true,  false, 1, 2, Unsure",
        // Of three, one that hears nobody is the one that is cut off.
        "3600, false, false, true,  1, 3, Unsure",
        "3600, false, false, true,  2, 3, Lost",
        "3600, false, false, true,  2, 4, Unsure",
        "3600, false, false, true,  3, 4, Lost",
        "3600, false, true,  true,  1, 3, Lost",
    })
    void onlyWhoCanBeSureTakesOver(ArgumentsAccessor row) {
        var sight =
                new Takeover.Sight(
                        Duration.ofSeconds(row.getLong(0)),
                        row.getBoolean(1),
                        row.getBoolean(2),
                        row.getBoolean(3),
                        row.getInteger(4),
                        row.getInteger(5));

        assertThat(Takeover.of(sight, LOST_AFTER).getClass().getSimpleName())
                .isEqualTo(row.getString(6));
    }
}
