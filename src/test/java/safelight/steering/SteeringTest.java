package safelight.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import safelight.geo.Place;

class SteeringTest {
    private static final int EAST = 0;
    private static final int WEST = 1;
    private static final int EUROPE = 2;
    private static final List<DataCenter> ALL =
            List.of(
                    new DataCenter("us-east", new Place(38.9, -77), 0, 70),
                    new DataCenter("us-west", new Place(37.4, -122), 0, 30),
                    new DataCenter("europe", new Place(50, 8.7), 0, 0));
    private static final Place BOSTON = new Place(42.4, -71);
    private static final Place DENVER = new Place(39.7, -105);
    private static final int CLIENTS = 20_000;

    private final Preferences preferences = new Preferences(ALL, 0);

    @Test
    void nearestAnswers() {
        assertThat(only(nearest(), at(BOSTON), up(true, true, true))).isEqualTo(EAST);
        assertThat(only(nearest(), at(DENVER), up(true, true, true))).isEqualTo(WEST);
        assertThat(only(nearest(), at(new Place(48, 11)), up(true, true, true))).isEqualTo(EUROPE);
    }

    @Test
    void biasMovesTheBorder() {
        var biased = List.of(new DataCenter("us-east", new Place(38.9, -77), 1500, 1), ALL.get(1));
        var there = new Preferences(biased, 0);

        assertThat(of(there, there.at(DENVER)).order()).startsWith(EAST);
    }

    @Test
    void networkWithAnOrderOfItsOwnGoesThere() {
        var own = of(preferences, preferences.explicit(List.of(EUROPE, WEST)));

        assertThat(only(nearest(), own, up(true, true, true))).isEqualTo(EUROPE);
        assertThat(only(nearest(), own, up(true, true, false))).isEqualTo(WEST);
        assertThat(only(weights(true), own, up(true, true, true))).isEqualTo(EUROPE);
    }

    @Test
    void unknownPlaceGoesToTheFirst() {
        var unknown = preferences.all().get(Preferences.UNKNOWN);

        assertThat(only(nearest(), unknown, up(true, true, true))).isEqualTo(EAST);
    }

    @Test
    void weightsAreKept() {
        var shares = shares(Steering.choice(weights(true), at(BOSTON), up(true, true, true)));

        assertThat(shares[EAST]).isCloseTo(0.7, within(0.01));
        assertThat(shares[WEST]).isCloseTo(0.3, within(0.01));
        assertThat(shares[EUROPE]).isZero();
    }

    @Test
    void equallyNearOnesShareByWeight() {
        var there = new Preferences(ALL, 1200);
        var choice = Steering.choice(nearest(), of(there, there.at(BOSTON)), up(true, true, true));

        assertThat(choice.pick(0)).isEqualTo(EAST);
        assertThat(
                        shares(
                                Steering.choice(
                                        nearest(),
                                        of(there, there.at(DENVER)),
                                        up(true, true, true)))[EAST])
                .isCloseTo(0.7, within(0.01));
    }

    @Test
    void loadOfADeadOneIsSpreadByWeight() {
        var even =
                new NamePolicy(
                        NamePolicy.Mode.NEAREST, List.of(70, 60, 30), List.of(), true, false);

        var shares = shares(Steering.choice(even, at(BOSTON), up(false, true, true)));

        assertThat(shares[EAST]).isZero();
        assertThat(shares[WEST]).isCloseTo(2 / 3.0, within(0.01));
        assertThat(shares[EUROPE]).isCloseTo(1 / 3.0, within(0.01));
    }

    @Test
    void fallbacksTakeOverInTheirOrder() {
        var ordered =
                new NamePolicy(
                        NamePolicy.Mode.NEAREST,
                        List.of(1, 1, 1),
                        List.of(EUROPE, WEST),
                        true,
                        false);

        assertThat(only(ordered, at(BOSTON), up(false, true, true))).isEqualTo(EUROPE);
        assertThat(only(ordered, at(BOSTON), up(false, true, false))).isEqualTo(WEST);
    }

    @Test
    void clientsOfTheLivingStayWhenAnotherDies() {
        var policy =
                new NamePolicy(
                        NamePolicy.Mode.WEIGHTS, List.of(40, 30, 30), List.of(), true, false);
        var before = Steering.choice(policy, at(BOSTON), up(true, true, true));
        var after = Steering.choice(policy, at(BOSTON), up(true, false, true));

        for (int client = 0; client < CLIENTS; client++) {
            int was = before.pick(Choice.mix(client));
            if (was != WEST) assertThat(after.pick(Choice.mix(client))).isEqualTo(was);
            else assertThat(after.pick(Choice.mix(client))).isNotEqualTo(WEST);
        }
    }

    @Test
    void allDownIsAnsweredAsIfAllWereUp() {
        assertThat(only(nearest(), at(BOSTON), up(false, false, false))).isEqualTo(EAST);
    }

    @Test
    void closedNameNamesNobodyWhenAllAreDown() {
        var closed =
                new NamePolicy(NamePolicy.Mode.NEAREST, List.of(1, 1, 1), List.of(), true, true);

        assertThat(only(closed, at(BOSTON), up(false, false, false))).isEqualTo(Choice.NOBODY);
    }

    @Test
    void drainedOneGetsNothingEvenWhenAllAreDown() {
        var now = new Availability(List.of(true, true, true), List.of(true, false, false));
        var down = new Availability(List.of(false, false, false), List.of(true, false, false));

        assertThat(shares(Steering.choice(nearest(), at(BOSTON), now))[EAST]).isZero();
        assertThat(shares(Steering.choice(nearest(), at(BOSTON), down))[EAST]).isZero();
    }

    @Test
    void allDrainedAreAnsweredRatherThanNobody() {
        var now = new Availability(List.of(true, true, true), List.of(true, true, true));

        assertThat(only(nearest(), at(BOSTON), now)).isEqualTo(EAST);
    }

    @Test
    void oneWithoutWeightTakesOverWhenNobodyElseIsLeft() {
        assertThat(only(weights(true), at(BOSTON), up(false, false, true))).isEqualTo(EUROPE);
    }

    @Test
    void impossibleWeightsAreRefused() {
        assertThatThrownBy(() ->
                        new NamePolicy(
                                NamePolicy.Mode.WEIGHTS, List.of(0, 0), List.of(), true, false))
                .hasMessageContaining("all weights are 0");
        assertThatThrownBy(() ->
                        new NamePolicy(
                                NamePolicy.Mode.WEIGHTS, List.of(5, -1), List.of(), true, false))
                .hasMessageContaining("negative");
        assertThatThrownBy(() -> new DataCenter("x", BOSTON, 0, -1)).hasMessageContaining("weight");
    }

    @Test
    void preferenceIsWrittenAsItIsRead() {
        for (var each : List.of(at(BOSTON), Preference.explicit(List.of(WEST, EAST))))
            assertThat(Preference.parse(each.toString())).isEqualTo(each);
    }

    private Preference at(Place place) {
        return of(preferences, preferences.at(place));
    }

    private static Preference of(Preferences preferences, int number) {
        return preferences.all().get(number);
    }

    private static NamePolicy nearest() {
        return new NamePolicy(NamePolicy.Mode.NEAREST, List.of(70, 30, 0), List.of(), true, false);
    }

    private static NamePolicy weights(boolean isSticky) {
        return new NamePolicy(
                NamePolicy.Mode.WEIGHTS, List.of(70, 30, 0), List.of(), isSticky, false);
    }

    private static Availability up(Boolean... states) {
        return new Availability(List.of(states), List.of(false, false, false));
    }

    private static int only(NamePolicy policy, Preference preference, Availability now) {
        var choice = Steering.choice(policy, preference, now);
        assertThat(choice.isSpread()).isFalse();
        return choice.pick(0);
    }

    private static double[] shares(Choice choice) {
        var picks = new ArrayList<Integer>();
        for (int client = 0; client < CLIENTS; client++) picks.add(choice.pick(Choice.mix(client)));
        return IntStream.range(0, ALL.size())
                .mapToDouble(i -> picks.stream().filter(p -> p == i).count() / (double) CLIENTS)
                .toArray();
    }
}
