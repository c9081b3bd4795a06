package safelight.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Which data center is cut off when.
class CutPlanTest {
    private static final Set<Cut> ALL = EnumSet.allOf(Cut.class);

    @Test
    void sameSeedGivesTheSameCuts() {
        assertThat(CutPlan.of(7, ALL, 2, 40)).isEqualTo(CutPlan.of(7, ALL, 2, 40));
        assertThat(CutPlan.of(7, ALL, 2, 40)).isNotEqualTo(CutPlan.of(8, ALL, 2, 40));
    }

    @Test
    void fewerCutsAreTheFirstOfMore() {
        assertThat(CutPlan.of(7, ALL, 2, 40)).startsWith(CutPlan.of(7, ALL, 2, 5).getFirst());
    }

    @Test
    void eachRoundHasEachKindOnceAndBothDataCentersTheirTurn() {
        var plan = CutPlan.of(3, ALL, 2, 40);

        for (int i = 0; i < plan.size(); i += ALL.size())
            assertThat(plan.subList(i, i + ALL.size()))
                    .extracting(CutPlan.Planned::cut)
                    .containsExactlyInAnyOrderElementsOf(ALL);
        assertThat(plan.stream().map(CutPlan.Planned::victim).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void cutsLastLongerThanClientsNeedToMove() {
        assertThat(CutPlan.of(3, Set.of(Cut.KILL), 2, 40))
                .allMatch(c -> c.cut() == Cut.KILL)
                .allMatch(c -> c.lasting().compareTo(Duration.ofSeconds(60)) > 0);
    }

    @Test
    void namesAreThoseOfTheCommandLine() {
        for (var cut : Cut.values()) assertThat(Cut.of(cut.label())).isEqualTo(cut);
        for (var control : CentersControl.values())
            assertThat(CentersControl.of(control.label())).isEqualTo(control);
        assertThatThrownBy(() -> Cut.of("gently")).hasMessageContaining("both-ways, out, in, kill");
        assertThatThrownBy(() -> CentersControl.of("luck")).hasMessageContaining("replication");
    }
}
