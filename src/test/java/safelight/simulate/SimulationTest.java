package safelight.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimulationTest {
    /// One job a second for each of a worker's slots.
    private static final Plant WORKERS = new Plant(Plant.Role.WORKERS, 1, 20, 2, 1, 10, 60, 0.8);

    /// Always the same count.
    private record Fixed(int count) implements Scaler {
        @Override
        public String name() {
            return "fixed";
        }

        @Override
        public int wanted(Figures now) {
            return count;
        }
    }

    private static Trace flat(double rate, int seconds) {
        var rates = new double[seconds];
        Arrays.fill(rates, rate);
        return new Trace("flat", rates);
    }

    @Test
    void enoughInstancesLetNobodyWait() {
        var outcome = Simulation.run(flat(10, 3600), WORKERS, new Fixed(10), 1);

        assertThat(outcome.instanceHours()).isCloseTo(10, within(0.1));
        assertThat(outcome.p99Seconds()).isZero();
        assertThat(outcome.left()).isZero();
    }

    @Test
    void burstWaitsAsLongAsItTakes() {
        var rates = new double[300];
        rates[0] = 400;

        // 20 slots do 400 jobs in 20 s
        var outcome = Simulation.run(new Trace("burst", rates), WORKERS, new Fixed(10), 1);

        assertThat(outcome.maxSeconds()).isBetween(17.0, 23.0);
        assertThat(outcome.p50Seconds()).isBetween(8.0, 12.0);
        assertThat(outcome.late()).isZero();
    }

    @Test
    void tooFewInstancesAreLateAndLeaveALine() {
        var outcome = Simulation.run(flat(10, 3600), WORKERS, new Fixed(1), 1);

        assertThat(outcome.late()).isGreaterThan(0.5);
        assertThat(outcome.left()).isBetween(25_000.0, 33_000.0);
    }

    @Test
    void instancesServeWhenTheyHaveStarted() {
        var outcome = Simulation.run(flat(0.01, 60), WORKERS, new Fixed(11), 1);

        assertThat(outcome.series().serving(10)).isOne();
        assertThat(outcome.series().serving(12)).isEqualTo(11);
        assertThat(outcome.instanceHours() * 3600).isCloseTo(11 * 60 - 10, within(1.0));
    }

    @ParameterizedTest
    @EnumSource
    void ourRulesMeetTheTargetOnEachShape(Trace.Shape shape) {
        int seconds = shape == Trace.Shape.DAILY ? 24 * 3600 : 7200;
        var trace = Trace.of(shape, 0.7 * 20 / WORKERS.needed(1), seconds);

        var ours = Simulation.run(trace, WORKERS, Ours.of(WORKERS), 7);

        assertThat(ours.p99Seconds()).as(ours.toString()).isLessThanOrEqualTo(60);
        assertThat(ours.left()).isLessThan(100);
    }

    @Test
    void sameSeedGivesTheSameRun() {
        var trace = Trace.of(Trace.Shape.STEP, 20, 1800);

        assertThat(Simulation.run(trace, WORKERS, Ours.of(WORKERS), 3).instanceHours())
                .isEqualTo(Simulation.run(trace, WORKERS, Ours.of(WORKERS), 3).instanceHours());
    }

    @Test
    void hpaFollowsItsFormula() {
        var hpa = new Hpa(new Plant(Plant.Role.WORKERS, 1, 100, 10, 1, 10, 60, 0.5), 0.8);

        // 10 pods, 9.6 of 10 slots in use each, target 8: ceil(10 * 9.6 / 8)
        assertThat(hpa.wanted(new Figures(22, 0, 0, 96, 10, 10))).isEqualTo(12);
        // within the tolerance
        assertThat(hpa.wanted(new Figures(37, 0, 0, 100, 12, 12))).isEqualTo(12);
        // down to the highest of 300 s
        assertThat(hpa.wanted(new Figures(52, 0, 0, 8, 12, 12))).isEqualTo(12);
        assertThat(hpa.wanted(new Figures(367, 0, 0, 8, 12, 12))).isEqualTo(1);
    }

    @Test
    void hpaGrowsByTheDoubleOrByFour() {
        var hpa = new Hpa(new Plant(Plant.Role.WORKERS, 1, 100, 10, 1, 10, 60, 0.5), 0.8);

        assertThat(hpa.wanted(new Figures(22, 0, 0, 900, 2, 2))).isEqualTo(6);
        assertThat(hpa.wanted(new Figures(37, 0, 0, 900, 6, 6))).isEqualTo(12);
    }

    @Test
    void kedaFollowsItsFormulaAndKnowsZero() {
        // 60 jobs for each worker
        var keda = new Keda(new Plant(Plant.Role.WORKERS, 0, 100, 1, 1, 10, 60, 0.8), 60);

        assertThat(keda.wanted(new Figures(0, 0, 0, 0, 0, 0))).isZero();
        assertThat(keda.wanted(new Figures(45, 200, 9, 0, 0, 0))).isOne();
        assertThat(keda.wanted(new Figures(52, 200, 9, 0, 1, 1))).isEqualTo(4);
        assertThat(keda.wanted(new Figures(75, 0, 0, 0, 4, 4))).isEqualTo(4);
        assertThat(keda.wanted(new Figures(337, 0, 0, 0, 1, 1))).isOne();
        assertThat(keda.wanted(new Figures(345, 0, 0, 0, 1, 1))).isZero();
    }

    @Test
    void pictureHasAPanelForEachRun() {
        var trace = Trace.of(Trace.Shape.FLASH, 20, 1800);

        var svg = Chart.svg(WORKERS, List.of(Contest.of(trace, WORKERS, 1).pictures()));

        assertThat(svg)
                .startsWith("<svg")
                .contains("flash, safelight at 80 %", "flash, HPA at ", "flash, KEDA at ");
        assertThat(svg.split("<g ", -1)).hasSize(4);
    }
}
