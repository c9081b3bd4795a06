package safelight.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.geo.Place;
import safelight.steering.DataCenter;
import safelight.steering.Drains;
import safelight.steering.NamePolicy;
import safelight.steering.Streak;
import safelight.steering.Streak.State;
import safelight.steering.Verdicts;

class BoardTest {
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final DnsPlan PLAN = plan("a", "b");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final InstantSource clock = now::get;
    private final Board board =
            new Board(
                    PLAN,
                    0,
                    new DnsSettings.CheckRules(
                            EVERY, Duration.ofSeconds(2), new Streak.Thresholds(3, 6)),
                    Drains.NONE,
                    clock);

    @TempDir private Path folder;

    @Test
    void nothingChangesBeforeTheFirstRoundEnded() {
        board.checked(1, false);

        assertThat(board.outlook().availability().isUp()).containsExactly(true, true);

        board.checked(0, true);

        assertThat(board.outlook().availability().isUp()).containsExactly(true, false);
    }

    @Test
    void otherPlanKeepsWhatIsKnownAndANewDataCenterHasToPassFirst() {
        firstRound();
        for (int i = 0; i < 3; i++) board.checked(1, false);
        board.heard(new Verdicts.View(1, List.of(State.UP, State.DOWN)));
        assertThat(board.outlook().availability().isUp()).containsExactly(true, false);
        var names = PLAN.siteNames();
        var next = plan("new", names.get(1), names.get(0));

        var after = board.following(next, 2);

        assertThat(after.outlook().availability().isUp()).containsExactly(false, false, true);
        assertThat(after.votesNow()).isEqualTo(2);
        assertThat(after.own().get(2)).isEqualTo(board.own().get(0));

        after.checked(0, true);

        assertThat(after.outlook().availability().isUp()).containsExactly(true, false, true);
    }

    @Test
    void answersAreKeptNoLongerThanUntilTheNextChange() {
        firstRound();
        assertThat(board.outlook().keptMost()).isGreaterThan(Duration.ofHours(1));

        board.checked(1, false);
        assertThat(board.outlook().keptMost()).isEqualTo(EVERY.multipliedBy(2));

        board.checked(1, false);
        assertThat(board.outlook().keptMost()).isEqualTo(EVERY);
    }

    @Test
    void vantagePointThatFellSilentHasNoVote() {
        firstRound();
        board.heard(new Verdicts.View(1, List.of(State.DOWN, State.UP)));
        assertThat(board.outlook().availability().isUp()).containsExactly(false, true);

        now.set(now.get().plus(EVERY.multipliedBy(4)));

        assertThat(board.outlook().availability().isUp()).containsExactly(true, true);
        assertThat(board.votesNow()).isEqualTo(1);
    }

    /// Both sides of a cut see the other one down; when they meet, neither may take the other out.
    @Test
    void vantagePointThatIsBackHasNoVoteBeforeItCanKnow() {
        firstRound();
        var allWell = new Verdicts.View(1, List.of(State.UP, State.UP));
        var cutOff = new Verdicts.View(1, List.of(State.DOWN, State.UP));
        board.heard(allWell);
        now.set(now.get().plus(EVERY.multipliedBy(10)));

        board.heard(cutOff);
        assertThat(board.outlook().availability().isUp()).containsExactly(true, true);

        for (int i = 0; i < 7; i++) {
            assertThat(board.votesNow()).isEqualTo(1);
            now.set(now.get().plus(EVERY));
            board.heard(cutOff);
        }
        assertThat(board.votesNow()).isEqualTo(2);
        assertThat(board.outlook().availability().isUp()).containsExactly(false, true);
    }

    @Test
    void stateIsReadAsItIsWritten() {
        firstRound();
        board.drained(Drains.NONE.with("b", true));

        var said = StateJson.read(StateJson.write("a", PLAN, board), PLAN).orElseThrow();

        assertThat(said.view()).isEqualTo(new Verdicts.View(0, List.of(State.UP, State.UP)));
        assertThat(said.drains()).isEqualTo(board.drains());
    }

    @Test
    void stateThatIsNoneIsNotTaken() {
        assertThat(StateJson.read("{\"dataCenter\":\"elsewhere\"}", PLAN)).isEmpty();
        assertThat(StateJson.read("<html>", PLAN)).isEmpty();
        assertThat(StateJson.read("[]", PLAN)).isEmpty();
    }

    @Test
    void drainsOutliveARestart() {
        var file = folder.resolve("admin");
        new AdminFile(file).change(d -> d.with("a", true).with("b", false));

        var read = new AdminFile(file).read();

        assertThat(read.has("a")).isTrue();
        assertThat(read.has("b")).isFalse();
        assertThat(file).hasContent("a drained 1\nb in 2\n");
    }

    @Test
    void fileOfDrainsThatIsNotUnderstoodIsAProblem() throws Exception {
        var file = folder.resolve("admin");
        Files.writeString(file, "a drained\n");

        assertThatThrownBy(() -> new AdminFile(file).read())
                .isInstanceOf(DnsFailure.class)
                .hasMessageContaining("SL-DNS-03")
                .hasMessageContaining("a drained");
    }

    private void firstRound() {
        board.checked(0, true);
        board.checked(1, true);
    }

    private static DnsPlan plan(String... names) {
        return new DnsPlan(
                "example.org",
                Arrays.stream(names).map(BoardTest::site).toList(),
                List.of(
                        new DnsPlan.Served(
                                "@",
                                new NamePolicy(
                                        NamePolicy.Mode.NEAREST,
                                        Collections.nCopies(names.length, 1),
                                        List.of(),
                                        true,
                                        false),
                                Duration.ofSeconds(30))),
                List.of(),
                0,
                Optional.empty());
    }

    private static DnsPlan.Site site(String name) {
        return new DnsPlan.Site(
                new DataCenter(name, new Place(0, 0), 0, 1),
                List.of(InetAddress.ofLiteral("192.0.2.1")),
                Optional.empty(),
                Optional.of(URI.create("tcp://192.0.2.1:443")),
                Optional.empty());
    }
}
