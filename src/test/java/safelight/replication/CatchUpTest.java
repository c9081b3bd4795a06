package safelight.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import safelight.base.Bytes;

/// When a data center that was away may be given traffic again.
class CatchUpTest {
    private static final Optional<Duration> LONG = Optional.of(Duration.ofSeconds(20));
    private static final OptionalInt NOTHING = OptionalInt.of(0);

    private static Optional<String> waits(
            long upSeconds, Optional<Duration> heard, OptionalInt owed, long oldestSeconds) {
        return waits(upSeconds, heard, owed, Duration.ZERO, oldestSeconds);
    }

    private static Optional<String> waits(
            long upSeconds,
            Optional<Duration> heard,
            OptionalInt owed,
            Duration still,
            long oldestSeconds) {
        var lag = new Lag(3, new Bytes(30), Duration.ofSeconds(oldestSeconds));
        return CatchUp.waitsFor(
                new CatchUp.Sight(Duration.ofSeconds(upSeconds), heard, owed, still, lag));
    }

    @Test
    void whoeverHadTheClientsWasNotAway() {
        var meanwhile = Map.of("us-east", 900L, "us-west", 50L);

        assertThat(CatchUp.hadTheClients("us-east", meanwhile)).isTrue();
        assertThat(CatchUp.hadTheClients("us-west", meanwhile)).isFalse();
        // one that was started anew counts from the beginning
        assertThat(CatchUp.hadTheClients("us-east", Map.of("us-east", 3L, "us-west", -700L)))
                .isTrue();
        assertThat(CatchUp.hadTheClients("us-east", Map.of("us-east", 0L, "us-west", 0L)))
                .isFalse();
    }

    @Test
    void whoHadTheClientsIsSaidOnceItIsKnownOrWillNotBe() {
        var known = Map.of("us-east", 900L, "us-west", 50L);
        var unknown = Map.of("us-east", 16L, "us-west", -230L);

        assertThat(CatchUp.isDecidable(Duration.ofSeconds(5), known)).isFalse();
        assertThat(CatchUp.isDecidable(Duration.ofSeconds(6), known)).isTrue();
        assertThat(CatchUp.isDecidable(Duration.ofSeconds(19), unknown)).isFalse();
        assertThat(CatchUp.isDecidable(Duration.ofSeconds(20), unknown)).isTrue();
    }

    @Test
    void whoHearsNobodyListensAWhileAndThenWorksAlone() {
        assertThat(waits(1, Optional.empty(), OptionalInt.empty(), 9)).isPresent();
        assertThat(waits(11, Optional.empty(), OptionalInt.empty(), 900)).isEmpty();
    }

    @Test
    void whoHearsOthersWaitsForWhatTheyKeep() {
        assertThat(waits(20, LONG, OptionalInt.of(2), 0).orElseThrow()).contains("2 files");
        assertThat(waits(20, LONG, OptionalInt.empty(), 0)).isPresent();
        assertThat(waits(20, LONG, NOTHING, 0)).isEmpty();
    }

    @Test
    void nothingKeptCountsOnlyAfterStorageHadTimeToNoticeIt() {
        assertThat(waits(20, Optional.of(Duration.ofSeconds(11)), NOTHING, 0)).isPresent();
    }

    @Test
    void blobsHaveToArriveButNotThoseOfTheLastSeconds() {
        assertThat(waits(20, LONG, NOTHING, 11).orElseThrow()).contains("3 blobs");
        assertThat(waits(20, LONG, NOTHING, 9)).isEmpty();
    }

    @Test
    void whatBecomesNoLessIsNotWaitedForForEver() {
        var most = CatchUp.STILL_MOST;
        for (var owed : List.of(OptionalInt.of(1), OptionalInt.empty())) {
            assertThat(waits(9000, LONG, owed, most.minusSeconds(1), 0)).isPresent();
            assertThat(waits(9000, LONG, owed, most, 0)).isEmpty();
        }
    }

    @Test
    void oneThatDoesNotSayWhatItKeepsMayKeepSomething() {
        assertThat(CatchUp.owed(List.of(OptionalInt.of(2), OptionalInt.of(3)))).hasValue(5);
        assertThat(CatchUp.owed(List.of(OptionalInt.of(0), OptionalInt.empty()))).isEmpty();
        assertThat(CatchUp.owed(List.of())).hasValue(0);
    }
}
