package safelight.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The schedule is a function of its seed, and dense enough to say something.
class ScheduleTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Set<Fault> ALL = EnumSet.allOf(Fault.class);

    private static List<Schedule.Planned> faults(long seed, Duration length) {
        return Schedule.of(seed, length, ALL, Set.of());
    }

    @Test
    void sameSeedIsTheSameSchedule() {
        assertThat(faults(42, MINUTE)).isEqualTo(faults(42, MINUTE));
        assertThat(faults(42, MINUTE)).isNotEqualTo(faults(43, MINUTE));
    }

    @Test
    void shorterDrillIsTheBeginningOfALongerOne() {
        var whole = faults(42, MINUTE);
        var half = faults(42, Duration.ofSeconds(30));

        assertThat(whole.subList(0, half.size())).isEqualTo(half);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, Long.MAX_VALUE})
    void tenMinutesHaveAHundredFaultsOfEveryKind(long seed) {
        var all = faults(seed, Duration.ofMinutes(10));

        assertThat(all).hasSizeGreaterThan(100);
        assertThat(all.stream().map(Schedule.Planned::fault).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(Fault.values());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
    void minuteHasNearlyEveryKind(long seed) {
        var kinds =
                faults(seed, MINUTE).stream()
                        .map(Schedule.Planned::fault)
                        .collect(Collectors.toSet());

        assertThat(kinds).hasSizeGreaterThanOrEqualTo(Fault.values().length - 2);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SWEEPER")
    void halfTheFaultsShowTheControlThatWasTakenAway(Control control) {
        var often = Control.shownBy(Set.of(control));

        for (long seed = 0; seed < 50; seed++) {
            var all = Schedule.of(seed, Duration.ofSeconds(25), ALL, often);
            var showing = all.stream().filter(p -> often.contains(p.fault())).count();
            assertThat(showing).isGreaterThanOrEqualTo(all.size() / 2).isGreaterThan(2);
            assertThat(often).contains(all.getFirst().fault());
        }
    }

    @Test
    void whereNoDiskCanBeMountedNoneIsFilled() {
        var possible = ALL.stream().filter(f -> !f.fillsDisk()).collect(Collectors.toSet());

        var all = Schedule.of(7, Duration.ofMinutes(10), possible, Set.of());

        assertThat(all.stream().map(Schedule.Planned::fault).collect(Collectors.toSet()))
                .isEqualTo(possible);
        assertThat(ALL).hasSize(possible.size() + 3);
    }

    @Test
    void faultsComeInOrderAndEndWithTheDrill() {
        var all = faults(9, MINUTE);

        assertThat(all).isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
        assertThat(all.getLast().at()).isLessThan(MINUTE);
        assertThat(all)
                .allSatisfy(p -> assertThat(p.lasting().isPositive()).isEqualTo(p.fault().lasts()));
    }

    @Test
    void controlsThatTheSweeperCoversTakeItWithThem() {
        assertThat(Control.complete(Set.of(Control.ACKNOWLEDGEMENT)))
                .containsExactlyInAnyOrder(Control.ACKNOWLEDGEMENT, Control.SWEEPER);
        assertThat(Control.complete(Set.of(Control.UNIQUE_KEY)))
                .containsExactly(Control.UNIQUE_KEY);
        assertThat(Control.complete(Set.of())).isEmpty();
    }

    @Test
    void unknownControlIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> Control.of("sleep"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("journal-sync, acknowledgement");
    }
}
