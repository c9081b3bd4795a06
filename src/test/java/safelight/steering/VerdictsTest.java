package safelight.steering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import safelight.steering.Streak.State;

class VerdictsTest {
    private static final Streak.Thresholds RULES = new Streak.Thresholds(3, 6);

    @ParameterizedTest
    @CsvSource({
        // views of the vantage points in data centers 0, 1, 2 on all three; u up, d down, - unknown
        "'uuu,uuu,uuu', uuu, uuu",
        "'ddu,ddu,ddd', uuu, ddu",
        "'udu', uuu, udu",
        "'udu,uuu', uuu, udu",
        "'udu,uuu,uuu', uuu, uuu",
        "'udu,uuu,udu', uuu, udu",
        "'---,u-u', uuu, uuu",
        "'uud,uud,uuu', uuu, uud",
        "'ddd', uuu, ddd"
    })
    void majorityDecidesAndNobodyVotesOnHimself(String views, String before, String after) {
        var all = views.split(",", -1);
        var list =
                java.util.stream.IntStream.range(0, all.length)
                        .mapToObj(i -> new Verdicts.View(i, states(all[i])))
                        .toList();

        assertThat(Verdicts.decide(list, flags(before))).isEqualTo(flags(after));
    }

    @Test
    void liarIsOutvoted() {
        var honest = new Verdicts.View(0, states("ud"));
        var liar = new Verdicts.View(1, states("uu"));

        assertThat(Verdicts.decide(List.of(honest, liar), List.of(true, true)))
                .containsExactly(true, false);
    }

    @Test
    void firstCheckDecidesAlone() {
        assertThat(Streak.NONE.after(false, RULES).state()).isEqualTo(State.DOWN);
        assertThat(Streak.NONE.after(true, RULES).state()).isEqualTo(State.UP);
    }

    @ParameterizedTest
    @CsvSource({
        "u, ff, UP, 1",
        "u, fff, DOWN, 0",
        "u, ffpff, UP, 1",
        "d, ppppp, DOWN, 1",
        "d, pppppp, UP, 0",
        "d, pppppfp, DOWN, 5"
    })
    void downAfterThreeUpAfterSix(String first, String checks, State state, int left) {
        var streak = Streak.NONE.after(first.equals("u"), RULES);

        for (char check : checks.toCharArray()) streak = streak.after(check == 'p', RULES);

        assertThat(streak.state()).isEqualTo(state);
        if (left > 0) assertThat(streak.checksToChange(RULES)).isEqualTo(left);
        else assertThat(streak.checksToChange(RULES)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void newerWordOnADrainCountsWhateverTheOrder() {
        var here = Drains.NONE.with("us-east", true);
        var there = here.with("us-east", false).with("us-west", true);

        assertThat(here.merge(there)).isEqualTo(there).isEqualTo(there.merge(here));
        assertThat(there.has("us-east")).isFalse();
        assertThat(there.wouldLeaveNobody("us-east", List.of("us-east", "us-west"))).isTrue();
        assertThat(here.wouldLeaveNobody("us-east", List.of("us-east", "us-west"))).isFalse();
    }

    @Test
    void twoWordsOfOneRevisionKeepTheDataCenterIn() {
        var drained = Drains.NONE.with("us-east", true);
        var in = Drains.NONE.with("us-east", false);

        assertThat(drained.merge(in).has("us-east")).isFalse();
        assertThat(in.merge(drained).has("us-east")).isFalse();
    }

    private static List<State> states(String text) {
        return text.chars()
                .mapToObj(c -> c == 'u' ? State.UP : c == 'd' ? State.DOWN : State.UNKNOWN)
                .toList();
    }

    private static List<Boolean> flags(String text) {
        return Arrays.stream(text.split("")).map("u"::equals).toList();
    }
}
