package safelight.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WordsTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private static Ulids ulids(Instant at) {
        return new Ulids(Clock.fixed(at, ZoneOffset.UTC), new Random(1));
    }

    @Test
    void laterIdsAreLarger() {
        var earlier = ulids(NOON).next();
        var later = ulids(NOON.plusMillis(1)).next();

        assertThat(earlier).isLessThan(later).hasSize(26);
        assertThat(Ulids.isUlid(earlier)).isTrue();
    }

    @Test
    void idTellsItsTime() {
        assertThat(Ulids.time(ulids(NOON).next())).isEqualTo(NOON);
    }

    @Test
    void derivedIdIsAlwaysTheSameAndOfTheSameTime() {
        var id = ulids(NOON).next();

        var derived = Ulids.derived(id);

        assertThat(derived).isEqualTo(Ulids.derived(id)).isNotEqualTo(id);
        assertThat(new PhotoId(derived).value()).startsWith(id.substring(0, 10));
        assertThat(Ulids.derived(derived)).isNotEqualTo(derived);
    }

    @Test
    void membersOfOneIdSortByTheirPlacesAndAreAlwaysTheSame() {
        var id = ulids(NOON).next();
        var before = Ulids.member(id, 0);

        for (int i = 1; i < 20_000; i += 97) {
            var next = Ulids.member(id, i);
            assertThat(next).isGreaterThan(before).isEqualTo(Ulids.member(id, i)).isNotEqualTo(id);
            assertThat(Ulids.isUlid(next)).isTrue();
            before = next;
        }
        assertThat(Ulids.time(before)).isEqualTo(NOON);
        assertThatThrownBy(() -> Ulids.member(id, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void idsFromOutsideAreCheckedForShape() {
        assertThat(Ulids.isUlid("../../etc/passwd")).isFalse();
        assertThat(Ulids.isUlid("")).isFalse();
        assertThatThrownBy(() -> new PhotoId("no")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void waitDoublesWithinItsBoundsAndNeverOverflows() {
        var backoff = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));
        var random = new Random(1);
        for (int attempt = 1; attempt < 100; attempt++) {
            long whole = Math.min(1000L << Math.min(attempt - 1, 30), 60_000);

            assertThat(backoff.delay(attempt, random).toMillis()).isBetween(whole / 2, whole);
        }
    }

    @Test
    void sizesAreReadAndWrittenWithUnits() {
        assertThat(Bytes.parse("100MiB")).isEqualTo(Bytes.mebi(100)).hasToString("100MiB");
        assertThat(Bytes.parse("1500")).hasToString("1500");
        assertThat(new Bytes(829_183).human()).isEqualTo("829 KB");
        assertThatThrownBy(() -> Bytes.parse("100MB")).hasMessageContaining("100MiB");
    }

    @Test
    void digestIsThatOfTheStandard() {
        assertThat(Digest.of(new byte[0]).hex())
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThatThrownBy(() -> new Digest("E3")).isInstanceOf(IllegalArgumentException.class);
    }
}
