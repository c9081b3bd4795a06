package safelight.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import safelight.scaling.Decision.Cause;
import safelight.scaling.History.Recommendation;

class PolicyTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final int PLACES = 100;
    private static final Policy POLICY = new Policy(Scaling.between(2, 20, 4));

    /// A minute of the same figures every second, and recommendations of what was there.
    private static History<Sample> steady(double busy, double cores, int present) {
        var samples = new ArrayList<Sample>();
        for (int s = 60; s >= 0; s--)
            samples.add(new Sample(NOW.minusSeconds(s), busy, cores, PLACES, present, true));
        return new History<>(samples, List.of(new Recommendation(NOW.minusSeconds(400), present)));
    }

    private static History<Sample> blind(History<Sample> history) {
        var last = history.samples().getLast();
        var samples = new ArrayList<>(history.samples());
        samples.set(samples.size() - 1, new Sample(last.at(), 0, 0, 0, last.present(), false));
        return new History<>(samples, history.recommendations());
    }

    @ParameterizedTest
    @CsvSource({
        // busy, cores used, present -> count, cause
        "0, 0, 2, 2, STEADY",
        "139, 0, 2, 2, STEADY",
        "150, 0, 2, 2, STEADY", // 2.14: within the tolerance
        "155, 0, 2, 3, REQUESTS", // 2.21
        "210, 0, 3, 3, STEADY",
        "0, 7.7, 2, 3, CPU", // 7.7 of 0.65 * 4 cores
        "155, 10.3, 2, 4, CPU",
        "279, 0, 2, 4, REQUESTS", // 3.99: less than twice what is there
        "420, 0, 2, 6, REQUESTS",
        "1400, 0, 2, 6, GROWING", // asks for 20, at most 4 more at once
        "9999, 0, 15, 20, REQUESTS",
        "9999, 0, 20, 20, STEADY",
        "0, 0, 10, 9, SHRINKING",
        "0, 0, 30, 20, BOUNDS",
        "0, 0, 0, 2, STEADY",
    })
    void countFollowsTheFigures(double busy, double cores, int present, int count, String cause) {
        var decision = POLICY.decide(steady(busy, cores, present), present, NOW);

        assertThat(decision.count()).as(decision.why()).isEqualTo(count);
        if (present > 0) assertThat(decision.cause()).isEqualTo(Cause.valueOf(cause));
    }

    @Test
    void shortWindowCountsOnlyWhenItAsksForTwiceWhatIsThere() {
        var samples = new ArrayList<Sample>();
        for (int s = 60; s >= 0; s--)
            samples.add(new Sample(NOW.minusSeconds(s), s > 6 ? 70 : 400, 0, PLACES, 2, true));
        var history = new History<>(samples, List.of(new Recommendation(NOW.minusSeconds(9), 2)));

        assertThat(POLICY.decide(history, 2, NOW).cause()).isEqualTo(Cause.BURST);
        assertThat(POLICY.decide(history, 3, NOW).why()).doesNotContain("last moments");
    }

    @Test
    void whatWasNeededWithinFiveMinutesStays() {
        var history =
                new History<>(
                        steady(10, 0, 8).samples(),
                        List.of(
                                new Recommendation(NOW.minusSeconds(299), 8),
                                new Recommendation(NOW.minusSeconds(1), 2)));

        var held = POLICY.decide(history, 8, NOW);
        var later = POLICY.decide(history, 8, NOW.plusSeconds(2));

        assertThat(held.count()).isEqualTo(8);
        assertThat(held.cause()).isEqualTo(Cause.HELD);
        assertThat(later.count()).isEqualTo(7);
    }

    @Test
    void notMoreThanOneOfTenGoesInAMinute() {
        var samples = new ArrayList<>(steady(0, 0, 10).samples());
        samples.add(new Sample(NOW, 0, 0, PLACES, 9, true));
        var history = new History<>(samples, List.of(new Recommendation(NOW.minusSeconds(1), 2)));

        assertThat(POLICY.decide(history, 9, NOW).count()).isEqualTo(9);
    }

    @Test
    void notMoreThanFourOrTheDoubleIsAddedInFifteenSeconds() {
        var samples = new ArrayList<Sample>();
        samples.add(new Sample(NOW.minusSeconds(14), 9999, 0, PLACES, 3, true));
        samples.add(new Sample(NOW, 9999, 0, PLACES, 7, true));
        var history = new History<>(samples, List.of(new Recommendation(NOW.minusSeconds(1), 7)));

        assertThat(POLICY.decide(history, 7, NOW).count()).isEqualTo(7);
        assertThat(POLICY.decide(history, 7, NOW.plusSeconds(2)).count()).isEqualTo(14);
    }

    @Test
    void whatWasJustStartedStartsFromWhatItSees() {
        var first = POLICY.decide(new History<>(steady(0, 0, 9).samples(), List.of()), 9, NOW);

        assertThat(first.count()).isEqualTo(9);
        assertThat(first.recommended()).isEqualTo(9);
    }

    @Test
    void missingFiguresTakeNothingAway() {
        var decision = POLICY.decide(blind(steady(0, 0, 9)), 9, NOW);

        assertThat(decision.count()).isEqualTo(9);
        assertThat(decision.cause()).isEqualTo(Cause.MISSING);
        assertThat(decision.recommended()).isEqualTo(9);
    }

    @Test
    void oldFiguresAreMissingFigures() {
        var decision = POLICY.decide(steady(0, 0, 9), 9, NOW.plusSeconds(7));

        assertThat(decision.cause()).isEqualTo(Cause.MISSING);
    }

    @Test
    void figuresThatAreThereStillAddWhenOthersAreMissing() {
        assertThat(POLICY.decide(blind(steady(900, 0, 9)), 9, NOW).count()).isEqualTo(13);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void noHistoryBreaksTheBounds(long seed) {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 2000; i++) {
            int present = random.nextInt(0, 30);
            var history = anything(random);

            var decision = POLICY.decide(history, present, NOW);

            assertThat(decision.count()).as("seed %d, %s", seed, history).isBetween(2, 20);
            if (present <= 20 && isBlind(history))
                assertThat(decision.count())
                        .as("seed %d, %s", seed, history)
                        .isGreaterThanOrEqualTo(present);
        }
    }

    private static boolean isBlind(History<Sample> history) {
        return history.samples().isEmpty()
                || !history.samples().getLast().complete()
                || history.samples().getLast().at().isBefore(NOW.minusSeconds(6));
    }

    private static History<Sample> anything(RandomGenerator random) {
        var samples = new ArrayList<Sample>();
        var made = new ArrayList<Recommendation>();
        for (int s = random.nextInt(0, 400); s >= random.nextInt(0, 10); s -= 1 + random.nextInt(9))
            samples.add(
                    new Sample(
                            NOW.minusSeconds(s),
                            random.nextDouble() * Math.pow(10, random.nextInt(6)),
                            random.nextDouble() * 50,
                            random.nextInt(0, 300),
                            random.nextInt(0, 30),
                            random.nextInt(4) > 0));
        for (int s = random.nextInt(0, 400); s >= 0; s -= 1 + random.nextInt(50))
            made.add(new Recommendation(NOW.minusSeconds(s), random.nextInt(2, 21)));
        return new History<>(samples, made);
    }

    @Test
    void memoryIsBounded() {
        var history = History.<Sample>none();
        for (int s = 0; s < 2000; s++) {
            var at = NOW.plusSeconds(s);
            history = POLICY.remember(history, new Sample(at, 1, 1, PLACES, 2, true));
            history = POLICY.remember(history, POLICY.decide(history, 2, at), at);
        }

        assertThat(history.samples()).hasSize(301);
        assertThat(history.recommendations()).hasSize(301);
    }

    @Test
    void contradictingSettingsAreRefused() {
        assertThatThrownBy(() -> Scaling.between(3, 2, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Scaling.between(1, 2, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Scaling.between(1, 2, 1).memory()).isEqualTo(Duration.ofSeconds(300));
    }
}
