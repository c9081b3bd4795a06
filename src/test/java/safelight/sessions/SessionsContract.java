package safelight.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import safelight.base.AccountId;
import safelight.base.AtOnce;
import safelight.base.Digest;

/// What every engine's sessions do.
public abstract class SessionsContract {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.123456Z");
    private static final AccountId ANN = new AccountId("01kdvh00000000000000000001");
    private static final AccountId BOB = new AccountId("01kdvh00000000000000000002");
    private static final Duration WINDOW = Duration.ofMinutes(5);

    /// A store with nothing in it, the same one during a test.
    protected abstract Sessions sessions();

    /// Whether each of several attempts at the same moment gets a count of its own.
    protected boolean countsExactly() {
        return true;
    }

    /// Whether the engine forgets when it is asked, and not by itself.
    protected boolean forgetsWhenAsked() {
        return true;
    }

    private static Digest id(int number) {
        return Digest.of(new byte[] {(byte) number});
    }

    private Session added(int number, AccountId account, Instant created, Instant seen) {
        var session = new Session(id(number), account, 7, created, seen, "curl/8 \"ü\"");
        sessions().add(session);
        return session;
    }

    private Session added(int number, AccountId account) {
        return added(number, account, NOON, NOON);
    }

    @Test
    void sessionIsFoundAsItWasAdded() {
        var session = added(1, ANN);

        assertThat(sessions().find(session.id())).contains(session);
        assertThat(sessions().find(id(2))).isEmpty();
    }

    @Test
    void useIsNotedAndNeverMovesBack() {
        var session = added(1, ANN);
        var later = NOON.plusSeconds(90);

        sessions().touch(session.id(), later);
        sessions().touch(session.id(), NOON.plusSeconds(30));

        assertThat(sessions().find(session.id()).orElseThrow().seen()).isEqualTo(later);
    }

    @Test
    void parallelUsesEndAtTheLatest() throws Exception {
        var session = added(1, ANN);

        AtOnce.run(
                8,
                i -> {
                    sessions().touch(session.id(), NOON.plusSeconds(i));
                    return i;
                });

        assertThat(sessions().find(session.id()).orElseThrow().seen())
                .isEqualTo(NOON.plusSeconds(7));
    }

    @Test
    void useDoesNotReviveARemovedSession() {
        var session = added(1, ANN);
        sessions().remove(session.id());

        sessions().touch(session.id(), NOON.plusSeconds(1));
        sessions().remove(session.id());

        assertThat(sessions().find(session.id())).isEmpty();
    }

    @Test
    void allSessionsOfOneAccountEnd() {
        added(1, ANN);
        added(2, ANN);
        var other = added(3, BOB);

        sessions().removeAll(ANN);
        sessions().removeAll(ANN);

        assertThat(sessions().find(id(1))).isEmpty();
        assertThat(sessions().find(id(2))).isEmpty();
        assertThat(sessions().find(id(3))).contains(other);
    }

    @Test
    void oldAndIdleSessionsAreForgotten() {
        added(1, ANN, NOON.minus(Duration.ofDays(31)), NOON);
        added(2, ANN, NOON.minus(Duration.ofDays(8)), NOON.minus(Duration.ofDays(8)));
        var live = added(3, ANN, NOON.minus(Duration.ofDays(8)), NOON);

        int forgotten =
                sessions().forget(NOON.minus(Duration.ofDays(30)), NOON.minus(Duration.ofDays(7)));

        assertThat(forgotten).isEqualTo(forgetsWhenAsked() ? 2 : 0);
        assertThat(sessions().find(id(3))).contains(live);
        if (!forgetsWhenAsked()) return;
        assertThat(sessions().find(id(1))).isEmpty();
        assertThat(sessions().find(id(2))).isEmpty();
    }

    @Test
    void attemptsCountWithinTheWindowOfTheFirst() {
        var until = NOON.plus(WINDOW);

        assertThat(sessions().attempt("a", NOON, WINDOW)).isEqualTo(new Sessions.Tally(1, until));
        assertThat(sessions().attempt("a", NOON.plusSeconds(299), WINDOW))
                .isEqualTo(new Sessions.Tally(2, until));
        assertThat(sessions().attempt("b", NOON, WINDOW).count()).isEqualTo(1);
        assertThat(sessions().attempt("a", until, WINDOW))
                .isEqualTo(new Sessions.Tally(1, until.plus(WINDOW)));
    }

    @Test
    void attemptsAreForgiven() {
        sessions().attempt("a", NOON, WINDOW);
        sessions().attempt("b", NOON, WINDOW);

        sessions().forgive("a");
        sessions().forgive("never seen");

        assertThat(sessions().attempt("a", NOON, WINDOW).count()).isEqualTo(1);
        assertThat(sessions().attempt("b", NOON, WINDOW).count()).isEqualTo(2);
    }

    @Test
    void parallelAttemptsAllCount() throws Exception {
        var counts = AtOnce.run(16, _ -> sessions().attempt("a", NOON, WINDOW).count());

        if (countsExactly()) assertThat(counts).doesNotHaveDuplicates();
        var sorted = counts.stream().sorted().toList();
        for (int i = 0; i < sorted.size(); i++) assertThat(sorted.get(i)).isBetween(i + 1, 16);
        assertThat(sessions().attempt("a", NOON, WINDOW).count()).isEqualTo(17);
    }

    @Test
    void forgettingLeavesOpenWindows() {
        sessions().attempt("a", NOON, WINDOW);

        sessions().forget(NOON.minus(Duration.ofDays(30)), NOON.minus(Duration.ofDays(7)));

        assertThat(sessions().attempt("a", NOON, WINDOW).count()).isEqualTo(2);
    }
}
