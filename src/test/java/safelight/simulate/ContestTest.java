package safelight.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import safelight.simulate.Contest.Entry;

class ContestTest {
    private static final Plant WORKERS = new Plant(Plant.Role.WORKERS, 1, 20, 2, 0.5, 15, 60, 0.8);
    private static final Plant WEB = new Plant(Plant.Role.WEB, 2, 20, 60, 0.1, 15, 1, 0.7);

    private static Outcome outcome(String setting, double hours, double p99) {
        return new Outcome("t", "HPA", setting, hours, 0, p99, p99, 0, 0, new Outcome.Series(1, 1));
    }

    private static Contest contest(Trace.Shape shape, Plant plant) {
        return Contest.of(Trace.of(shape, 14 / plant.needed(1), 3600), plant, 1);
    }

    @Test
    void bestIsTheCheapestOfThoseInTime() {
        var set = outcome("80 %", 10, 61);
        var cheap = outcome("100 %", 5, 900);
        var good = outcome("60 %", 12, 60);
        var dear = outcome("40 %", 20, 1);

        var entries = Contest.entries(set, List.of(set, cheap, good, dear), 60);

        assertThat(entries)
                .containsExactly(new Entry(set, true, false), new Entry(good, false, true));
    }

    @Test
    void settingThatIsBestAlreadyIsShownOnce() {
        var set = outcome("80 %", 10, 60);

        assertThat(Contest.entries(set, List.of(set, outcome("60 %", 12, 6)), 60))
                .containsExactly(new Entry(set, true, true));
    }

    @Test
    void withoutASettingInTimeTheLeastLateOneIsShownAndIsNotCheaper() {
        var set = outcome("80 %", 10, 90);
        var near = outcome("60 %", 1, 70);
        var entries = Contest.entries(set, List.of(set, near), 60);

        assertThat(entries.getLast()).isEqualTo(new Entry(near, false, true));

        var ours = new Outcome("t", "safelight", "80 %", 9, 0, 1, 1, 0, 0, near.series());
        var contest =
                new Contest(
                        WORKERS,
                        60,
                        List.of(
                                new Entry(ours, true, true),
                                entries.getFirst(),
                                entries.getLast()));
        assertThat(contest.isInTime(near)).isFalse();
        assertThat(contest.cheaper()).isEmpty();
    }

    @Test
    void cheaperIsBestAgainstBest() {
        var set =
                new Outcome("t", "safelight", "80 %", 9, 0, 1, 1, 0, 0, outcome("", 0, 0).series());
        var best = new Outcome("t", "safelight", "100 %", 7, 0, 1, 1, 0, 0, set.series());
        var ours = List.of(new Entry(set, true, false), new Entry(best, false, true));

        assertThat(contest(ours, outcome("60 %", 8, 60)).cheaper()).isEmpty();
        assertThat(contest(ours, outcome("60 %", 6, 60)).cheaper()).containsExactly("HPA");
    }

    private static Contest contest(List<Entry> ours, Outcome rival) {
        return new Contest(
                WORKERS,
                60,
                List.of(ours.getFirst(), ours.getLast(), new Entry(rival, false, true)));
    }

    @ParameterizedTest
    @EnumSource
    void everyWorkerRuleHasASettingInTime(Trace.Shape shape) {
        var contest = contest(shape, WORKERS);

        assertThat(contest.waitSeconds()).isEqualTo(60);
        assertThat(contest.pictures())
                .extracting(Outcome::scaler)
                .containsExactly("safelight", "HPA", "KEDA");
        assertThat(contest.entries().stream().filter(Entry::isBest).map(Entry::outcome))
                .hasSize(3)
                .allSatisfy(o -> assertThat(o.p99Seconds()).as(o.toString()).isLessThan(61));
        // What noise may make of rules that keep all workers full and let jobs wait as long.
        var ours = contest.entries().get(1).outcome();
        assertThat(ours.setting()).startsWith("wait ");
        for (var rival : contest.pictures().subList(1, 3))
            assertThat(ours.instanceHours())
                    .as("%s, %s", ours, rival)
                    .isLessThan(1.05 * rival.instanceHours());
    }

    @Test
    void whereOursIsLateTheOthersMayBeAsLate() {
        var contest = contest(Trace.Shape.STEP, WEB);

        assertThat(contest.ours().p99Seconds()).isGreaterThan(1);
        assertThat(contest.waitSeconds()).isEqualTo(contest.ours().p99Seconds());
    }
}
