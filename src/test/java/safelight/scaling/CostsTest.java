package safelight.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import safelight.scaling.Costs.Kind;

class CostsTest {
    private static final Kind SMALL = Kind.of("jpeg", 1_000_000, 1);
    private static final Kind LARGE = Kind.of("jpeg", 40_000_000, 3);

    private static void repeat(Runnable step) {
        for (int i = 0; i < 200; i++) step.run();
    }

    @Test
    void costIsThatOfTheKindsThatCome() {
        var costs = new Costs();
        costs.learn(SMALL, 0.1);
        costs.learn(LARGE, 8);

        repeat(() -> costs.met(SMALL));
        assertThat(costs.secondsEach()).isCloseTo(0.1, within(0.01));

        repeat(() -> costs.met(LARGE));
        assertThat(costs.secondsEach()).isCloseTo(8, within(0.1));
    }

    @Test
    void kindThatWasNeverSeenCostsWhatItsSizeSays() {
        var costs = new Costs();
        costs.learn(SMALL, 0.2); // 2 units

        repeat(() -> costs.met(LARGE)); // 160 units

        assertThat(costs.secondsEach()).isCloseTo(16, within(0.1));
    }

    @Test
    void formatsAreKindsOfTheirOwn() {
        var costs = new Costs();
        costs.learn(SMALL, 0.1);
        costs.learn(Kind.of("avif", 1_000_000, 1), 5);

        repeat(() -> costs.met(SMALL));

        assertThat(costs.secondsEach()).isCloseTo(0.1, within(0.01));
    }

    @Test
    void pastFades() {
        var costs = new Costs();
        repeat(() -> costs.learn(SMALL, 9));
        repeat(() -> costs.learn(SMALL, 1));
        repeat(() -> costs.met(SMALL));

        assertThat(costs.secondsEach()).isCloseTo(1, within(0.01));
    }

    @Test
    void jobsThatShareACoreCostLessThanTheyTake() {
        var costs = new Costs();
        costs.learn(SMALL, 4);
        repeat(() -> costs.met(SMALL));

        repeat(() -> costs.use(2, 8));

        assertThat(costs.secondsEach()).isCloseTo(1, within(0.01));
    }

    @Test
    void nobodyKnowsAtFirst() {
        assertThat(new Costs().secondsEach()).isEqualTo(0.5);
    }

    @Test
    void whatWasLearnedOutlivesARestart() {
        var before = new Costs();
        before.learn(SMALL, 3);
        before.use(0.5, 1);
        before.met(SMALL);
        var after = new Costs();

        after.restore(before.learned());

        assertThat(after.secondsEach()).isEqualTo(before.secondsEach());
        assertThat(after.learned()).isEqualTo(before.learned());
    }

    @Test
    void nonsenseIsNotLearned() {
        var costs = new Costs();

        costs.learn(SMALL, Double.NaN);
        costs.learn(SMALL, -1);
        costs.restore(Map.of("average", Double.NaN, "cores", Double.POSITIVE_INFINITY));

        assertThat(costs.secondsEach()).isEqualTo(0.5);
    }
}
