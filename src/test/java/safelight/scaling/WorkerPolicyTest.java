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

/// Workers of two slots; a line is meant to be done in a minute.
class WorkerPolicyTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final WorkerPolicy POLICY = new WorkerPolicy(WorkerScaling.between(1, 20, 2));
    private static final WorkerPolicy FROM_ZERO = new WorkerPolicy(WorkerScaling.between(0, 20, 2));

    private static WorkSample sample(Instant at, Line line, double cores, int present) {
        return new WorkSample(at, line, cores, cores, 2, present, true);
    }

    private static Line line(long waiting, double seconds, int oldest) {
        return new Line(waiting, seconds, Duration.ofSeconds(oldest));
    }

    /// A minute of the same figures every second, and recommendations of what was there.
    private static History<WorkSample> steady(Line line, double cores, int present) {
        var samples = new ArrayList<WorkSample>();
        for (int s = 60; s >= 0; s--)
            samples.add(sample(NOW.minusSeconds(s), line, cores, present));
        return new History<>(samples, List.of(new Recommendation(NOW.minusSeconds(400), present)));
    }

    private static History<WorkSample> blind(History<WorkSample> history) {
        var samples = new ArrayList<>(history.samples());
        var last = samples.removeLast();
        samples.add(new WorkSample(last.at(), Line.EMPTY, 0, 0, 0, last.present(), false));
        return new History<>(samples, history.recommendations());
    }

    @ParameterizedTest
    @CsvSource({
        // waiting, CPU s each, cores used, present -> count, cause
        "0, 1, 0, 1, 1, STEADY",
        "0, 1, 1.6, 1, 1, STEADY",
        "0, 1, 1.7, 1, 1, STEADY", // 1.06: within the tolerance
        "0, 1, 1.9, 1, 2, ARRIVALS", // 1.19
        "0, 1, 8, 5, 5, STEADY",
        "96, 1, 8, 5, 6, ARRIVALS", // 1.6 cores for what waits, 8 for what arrives
        "960, 1, 0, 8, 10, BACKLOG", // 16 cores
        "1920, 0.5, 0, 8, 10, BACKLOG",
        "960, 1, 0, 1, 5, GROWING", // at most four more at once
        "96000, 1, 0, 12, 20, BACKLOG",
        "0, 1, 0, 10, 9, SHRINKING",
        "0, 1, 0, 40, 20, BOUNDS",
    })
    void countIsTheWorkThatArrivesAndWaits(
            long waiting, double each, double cores, int present, int count, String cause) {
        var history = steady(line(waiting, each, 0), cores, present);

        var decision = POLICY.decide(history, present, NOW);

        assertThat(decision.count()).as(decision.why()).isEqualTo(count);
        assertThat(decision.cause()).isEqualTo(Cause.valueOf(cause));
    }

    /// Jobs may wait for 45 s; workers that are full, and a line of jobs of a second each.
    @ParameterizedTest
    @CsvSource({
        // waiting, cores used, present -> asked for
        "720, 16, 8, 8", // 16 a second for 45 s: as it is meant to be
        "480, 16, 8, 6", // 12: a shorter line, though all are busy
        "0, 16, 8, 2", // 4
        "960, 16, 8, 10", // 20
        "0, 0, 1, 1",
        "1, 0, 1, 1",
    })
    void lineThatMayWaitNeedsFewerUntilItIsThatLong(
            long waiting, double cores, int present, int count) {
        var usual = WorkerScaling.between(1, 20, 2);
        var patient =
                new WorkerScaling(
                        2, 1, Duration.ofSeconds(45), usual.drain(), usual.stable(), usual.pace());

        var decision =
                new WorkerPolicy(patient)
                        .decide(steady(line(waiting, 1, 0), cores, present), present, NOW);

        assertThat(decision.recommended()).as(decision.why()).isEqualTo(count);
    }

    @Test
    void jobsMayNotWaitAsLongAsCountsAsLate() {
        var usual = WorkerScaling.between(1, 20, 2);

        assertThatThrownBy(() ->
                        new WorkerScaling(
                                2, 1, usual.drain(), usual.drain(), usual.stable(), usual.pace()))
                .hasMessageContaining("wait for less than the 60s");
    }

    @Test
    void whatTheLineGrewByArrivesToo() {
        var samples = new ArrayList<WorkSample>();
        // 10 jobs a second more than the 4 that are done
        for (int s = 60; s >= 0; s--)
            samples.add(sample(NOW.minusSeconds(s), line(10L * (60 - s), 1, 60 - s), 4, 8));
        var history = new History<>(samples, List.of(new Recommendation(NOW.minusSeconds(9), 8)));

        var decision = POLICY.decide(history, 8, NOW);

        // (4 + 10 + 600 / 60) / 1.6
        assertThat(decision.recommended()).isEqualTo(15);
    }

    @Test
    void lineThatShrinksIsNotTakenForArrivals() {
        var samples = new ArrayList<WorkSample>();
        for (int s = 60; s >= 0; s--)
            samples.add(sample(NOW.minusSeconds(s), line(8L * s, 1, s), 8, 4));
        var history = new History<>(samples, List.of(new Recommendation(NOW.minusSeconds(9), 4)));

        assertThat(POLICY.decide(history, 4, NOW).recommended()).isEqualTo(4);
    }

    @Test
    void neverFewerThanWhatIsBeingWorkedOnNeeds() {
        // jobs that wait for something use no core
        var samples = new ArrayList<WorkSample>();
        for (int s = 60; s >= 0; s--)
            samples.add(new WorkSample(NOW.minusSeconds(s), Line.EMPTY, 9, 0.1, 2, 6, true));
        var history = new History<>(samples, List.of(new Recommendation(NOW.minusSeconds(400), 6)));

        var decision = POLICY.decide(history, 6, NOW);

        assertThat(decision.recommended()).isEqualTo(5);
        assertThat(decision.count()).isEqualTo(5);
        assertThat(POLICY.decide(blind(history), 6, NOW).count()).isEqualTo(6);
    }

    @Test
    void jobsInHandAskForNoMoreWorkersThanHaveThem() {
        // each slot stores one job while it works on the next
        var samples = new ArrayList<WorkSample>();
        for (int s = 60; s >= 0; s--)
            samples.add(new WorkSample(NOW.minusSeconds(s), Line.EMPTY, 4, 0.8, 2, 1, true));
        var history = new History<>(samples, List.of(new Recommendation(NOW.minusSeconds(400), 1)));

        assertThat(POLICY.decide(history, 1, NOW).recommended()).isEqualTo(1);
    }

    @Test
    void lateLineAsksForMoreAlthoughTheFiguresAreContent() {
        // the jobs were taken for light ones
        var history = steady(line(30, 0.01, 61), 7, 4);
        var samples =
                history.samples().stream()
                        .map(s -> new WorkSample(s.at(), s.line(), 8, 4, 2, 4, true))
                        .toList();
        history = new History<>(samples, history.recommendations());

        var decision = POLICY.decide(history, 4, NOW);

        assertThat(decision.cause()).isEqualTo(Cause.LATE);
        assertThat(decision.count()).isEqualTo(5);
        // the fifth has not served for a minute yet
        assertThat(POLICY.decide(history, 5, NOW).count()).isEqualTo(5);
    }

    @Test
    void zeroWithoutWorkAndFromZeroAtTheFirstJob() {
        var idle = FROM_ZERO.decide(steady(Line.EMPTY, 0, 1), 1, NOW);
        var none = FROM_ZERO.decide(steady(Line.EMPTY, 0, 0), 0, NOW);
        var first = FROM_ZERO.decide(steady(line(1, 0.01, 0), 0, 0), 0, NOW);

        assertThat(idle.count()).isZero();
        assertThat(none.count()).isZero();
        assertThat(first.count()).isOne();
    }

    @Test
    void jobThatSeemsToCostNothingStartsAWorkerToo() {
        assertThat(FROM_ZERO.decide(steady(line(1, 0, 0), 0, 0), 0, NOW).count()).isOne();
    }

    @Test
    void fewJobsNowAndThenKeepOneWorkerAlone() {
        assertThat(FROM_ZERO.decide(steady(Line.EMPTY, 0.02, 1), 1, NOW).count()).isOne();
    }

    @Test
    void outageOfFiguresAtThePeakTakesNothingAway() {
        // keda#3065
        var decision = FROM_ZERO.decide(blind(steady(Line.EMPTY, 0, 12)), 12, NOW);

        assertThat(decision.count()).isEqualTo(12);
        assertThat(decision.cause()).isEqualTo(Cause.MISSING);
        assertThat(decision.blind()).isTrue();
    }

    @Test
    void oldFiguresAreMissingFigures() {
        var decision = POLICY.decide(steady(Line.EMPTY, 0, 9), 9, NOW.plusSeconds(7));

        assertThat(decision.cause()).isEqualTo(Cause.MISSING);
    }

    @Test
    void whatWasJustStartedStartsFromWhatItSees() {
        var first = new History<>(List.of(sample(NOW, Line.EMPTY, 0, 7)), List.of());

        assertThat(POLICY.decide(first, 7, NOW).count()).isEqualTo(7);
        assertThat(POLICY.decide(first, 7, NOW).recommended()).isEqualTo(7);
    }

    @Test
    void whatWasNeededWithinFiveMinutesStaysThenATenthAMinuteGoes() {
        var history =
                new History<>(
                        steady(Line.EMPTY, 0, 20).samples(),
                        List.of(
                                new Recommendation(NOW.minusSeconds(299), 20),
                                new Recommendation(NOW.minusSeconds(1), 1)));

        assertThat(POLICY.decide(history, 20, NOW).cause()).isEqualTo(Cause.HELD);
        assertThat(POLICY.decide(history, 20, NOW.plusSeconds(2)).count()).isEqualTo(18);
        // two have gone within the last minute
        assertThat(POLICY.decide(history, 18, NOW.plusSeconds(2)).count()).isEqualTo(18);
    }

    @Test
    void startingWorkersArePresent() {
        // knative#13284: what was asked for is not asked for again while it boots
        var history = steady(line(960, 1, 5), 0, 10);

        assertThat(POLICY.decide(history, 10, NOW).count()).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void noHistoryBreaksTheBoundsOrThePace(long seed) {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 2000; i++) {
            int present = random.nextInt(0, 30);
            var history = anything(random, present);

            var decision = FROM_ZERO.decide(history, present, NOW);

            assertThat(decision.count()).as("seed %d, %s", seed, history).isBetween(0, 20);
            assertThat(decision.count()).isLessThanOrEqualTo(Math.max(2 * present, present + 4));
            if (present <= 20) {
                assertThat(decision.count())
                        .as("seed %d, %s", seed, history)
                        .isGreaterThanOrEqualTo(present - Math.max(1, present / 10));
                if (decision.blind()) assertThat(decision.count()).isGreaterThanOrEqualTo(present);
            }
        }
    }

    private static History<WorkSample> anything(RandomGenerator random, int present) {
        var samples = new ArrayList<WorkSample>();
        for (int s = random.nextInt(0, 400); s >= random.nextInt(0, 10); s -= 1 + random.nextInt(9))
            samples.add(
                    new WorkSample(
                            NOW.minusSeconds(s),
                            line(
                                    random.nextInt(100_000),
                                    random.nextDouble() * 10,
                                    random.nextInt(900)),
                            random.nextDouble() * 60,
                            random.nextDouble() * 60,
                            random.nextInt(0, 9),
                            present,
                            random.nextInt(4) > 0));
        var made = new ArrayList<Recommendation>();
        for (int s = random.nextInt(0, 400); s >= 0; s -= 1 + random.nextInt(50))
            made.add(new Recommendation(NOW.minusSeconds(s), random.nextInt(0, 21)));
        return new History<>(samples, made);
    }

    @Test
    void contradictingSettingsAreRefused() {
        assertThatThrownBy(() -> WorkerScaling.between(3, 2, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WorkerScaling.between(0, 0, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WorkerScaling.between(0, 1, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
