package safelight.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The policy against traffic: step, ramp, noise, an outage of figures, a restart.
class PolicySimulationTest {
    private static final Policy POLICY = new Policy(Scaling.between(2, 40, 4));
    private static final IntPredicate NEVER = _ -> false;

    private static Simulation simulation(int serving, long seed) {
        return new Simulation(
                POLICY, serving, RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
    }

    /// No step was larger than allowed: up by 4 or the double in 15 s, down by a tenth in 60 s.
    private static void assertPace(List<Simulation.Second> seconds) {
        for (int i = 0; i < seconds.size(); i++) {
            var end = seconds.get(i);
            int low = present(seconds, i - 14, i).min().orElseThrow();
            int high = present(seconds, i - 59, i).max().orElseThrow();
            assertThat(end.present())
                    .as("up, %s", end)
                    .isLessThanOrEqualTo(Math.max(2 * low, low + 4));
            assertThat(end.present())
                    .as("down, %s", end)
                    .isGreaterThanOrEqualTo(high - Math.max(1, high / 10) - 1);
        }
    }

    private static java.util.stream.IntStream present(
            List<Simulation.Second> seconds, int from, int to) {
        return seconds.subList(Math.max(0, from), to + 1).stream()
                .mapToInt(Simulation.Second::present);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void stepIsAnsweredAtOnceAndDoesNotCollapseAfterTheBurst(long seed) {
        var simulation = simulation(2, seed).run(120, _ -> 20, 0.1, NEVER);

        simulation.run(400, _ -> 1000, 0.1, NEVER);

        var seconds = simulation.seconds();
        // 1000 requests in hand need 15; two steps of growth, each up to 15 s after the last
        assertThat(seconds.get(122).decision().count()).isGreaterThan(2);
        assertThat(seconds.get(160).serving()).isGreaterThanOrEqualTo(15);
        assertThat(seconds.subList(160, 520))
                .allSatisfy(s -> assertThat(s.serving()).isBetween(15, 17));
        assertPace(seconds);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void afterTheLoadFellServersLeaveOneByOne(long seed) {
        var simulation = simulation(10, seed).run(100, _ -> 650, 0.05, NEVER);

        simulation.run(1500, _ -> 20, 0.05, NEVER);

        var seconds = simulation.seconds();
        assertThat(seconds.get(390).present()).isGreaterThanOrEqualTo(10);
        assertThat(simulation.last().present()).isEqualTo(2);
        assertPace(seconds);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void rampIsFollowedWithoutEverBeingFull(long seed) {
        var simulation = simulation(2, seed).run(60, _ -> 70, 0.05, NEVER);

        simulation.run(1200, t -> 70 + (t - 60) * 0.5, 0.05, NEVER);

        assertThat(simulation.seconds())
                .filteredOn(s -> s.load() >= (double) s.serving() * Simulation.PLACES)
                .isEmpty();
        assertPace(simulation.seconds());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void noiseMakesNoServerComeAndGo(long seed) {
        var simulation = simulation(5, seed).run(1800, _ -> 300, 0.3, NEVER);

        long changes = 0;
        var seconds = simulation.seconds();
        for (int i = 301; i < seconds.size(); i++)
            if (seconds.get(i).present() != seconds.get(i - 1).present()) changes++;
        assertThat(changes).isLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void outageOfFiguresAtThePeakTakesNothingAway(long seed) {
        var simulation = simulation(10, seed).run(400, _ -> 650, 0.05, NEVER);

        simulation.run(900, _ -> 650, 0.05, _ -> true);
        simulation.run(300, _ -> 650, 0.05, NEVER);

        assertThat(simulation.seconds()).allSatisfy(s -> assertThat(s.present()).isBetween(10, 11));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void restartAtThePeakTakesNothingAway(long seed) {
        var simulation = simulation(10, seed).run(400, _ -> 650, 0.05, NEVER).restart();

        simulation.run(400, _ -> 650, 0.05, NEVER);

        assertThat(simulation.seconds()).allSatisfy(s -> assertThat(s.present()).isBetween(10, 11));
    }
}
