package safelight.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.Digest;
import safelight.base.HandClock;
import safelight.sessions.Sessions;
import safelight.sessions.sql.SqlSessions;
import safelight.sql.Database;

/// Two web servers on one storage, one clock five minutes ahead and one five behind: sessions
/// neither live for ever nor die at once. (Redis' own lifetimes run on its own clock:
/// `RedisSessionsIT`.)
class ClockSkewTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration SKEW = Duration.ofMinutes(5);
    private static final Duration APART = SKEW.multipliedBy(2);
    private static final Duration IDLE = Duration.ofHours(2);
    private static final Duration ABSOLUTE = Duration.ofHours(12);
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final Duration MOMENT = Duration.ofMillis(1);

    @TempDir private Path directory;
    private final HandClock ahead = new HandClock(NOON.plus(SKEW));
    private final HandClock behind = new HandClock(NOON.minus(SKEW));
    private Database database;
    private Sessions sessions;
    private Accounts fast;
    private Accounts slow;

    @BeforeEach
    void open() {
        database = Database.open(directory.resolve("catalog.db"));
        sessions = new SqlSessions(database);
        var rules = new SessionRules(IDLE, ABSOLUTE, 9, 3, WINDOW);
        fast = Servers.one(database, sessions, ahead, rules);
        slow = Servers.one(database, sessions, behind, rules);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void passes(Duration time) {
        ahead.advance(time);
        behind.advance(time);
    }

    private Instant seen(SignIn.Begun begun) {
        var id = Digest.of(begun.secret().getBytes(StandardCharsets.UTF_8));
        return sessions.find(id).orElseThrow().seen();
    }

    @Test
    void newSessionIsInForceOnBothWhicheverBeganIt() {
        for (var begun : Stream.of(Servers.signUp(fast), Servers.signIn(slow)).toList()) {
            assertThat(fast.recognize(begun.secret())).isPresent();
            assertThat(slow.recognize(begun.secret())).isPresent();
        }
        assertThat(fast.sweep() + slow.sweep()).isZero();
    }

    @Test
    void unusedSessionOfTheFastServerEndsOnTheSlowOneNoLaterThanTheyAreApart() {
        var begun = Servers.signUp(fast);

        passes(IDLE.plus(APART).minus(MOMENT));
        assertThat(slow.sweep()).isZero();
        passes(MOMENT);

        assertThat(slow.recognize(begun.secret())).isEmpty();
    }

    @Test
    void unusedSessionOfTheSlowServerEndsOnTheFastOneNoSoonerThanTheyAreApart() {
        var begun = Servers.signUp(slow);

        passes(IDLE.minus(APART).minus(MOMENT));

        assertThat(fast.recognize(begun.secret())).isPresent();
    }

    @Test
    void sessionThatIsUsedOnBothLastsForTheAbsoluteTimeGiveOrTakeHowFarTheyAreApart() {
        var begun = Servers.signUp(fast);

        var hours = ABSOLUTE.minus(APART).dividedBy(Duration.ofMinutes(30));
        for (int i = 0; i < hours; i++) {
            passes(Duration.ofMinutes(30));
            assertThat(fast.recognize(begun.secret())).isPresent();
            assertThat(slow.recognize(begun.secret())).isPresent();
        }
        passes(APART.plus(APART).plus(Duration.ofMinutes(30)));

        assertThat(slow.recognize(begun.secret())).isEmpty();
        assertThat(fast.recognize(begun.secret())).isEmpty();
    }

    @Test
    void useOnTheSlowServerNeverMovesTheLastUseBack() {
        var begun = Servers.signUp(slow);
        passes(Duration.ofHours(1));
        fast.recognize(begun.secret());
        var latest = seen(begun);
        assertThat(latest).isEqualTo(ahead.instant());

        slow.recognize(begun.secret());
        passes(Duration.ofMinutes(1));
        slow.recognize(begun.secret());

        assertThat(seen(begun)).isEqualTo(latest);
    }

    @Test
    void useOnTheSlowServerAloneKeepsASessionOnTheFastOne() {
        var begun = Servers.signUp(slow);

        for (int i = 0; i < 10; i++) {
            passes(Duration.ofHours(1));
            assertThat(slow.recognize(begun.secret())).isPresent();
            fast.sweep();
        }

        assertThat(fast.recognize(begun.secret())).isPresent();
    }

    @Test
    void lockoutEndsOnBothNoLaterThanTheyAreApart() {
        var begun = Servers.signUp(fast);
        for (int i = 0; i < 3; i++) wrong(fast);
        for (var server : Stream.of(fast, slow).toList())
            assertThatThrownBy(() -> Servers.signIn(server))
                    .isInstanceOf(AccountFailure.TooManyTries.class);

        passes(WINDOW);
        assertThat(Servers.signIn(fast).secret()).isNotEqualTo(begun.secret());
        for (int i = 0; i < 3; i++) wrong(fast);
        passes(WINDOW.plus(APART));

        assertThat(Servers.signIn(slow).secret()).isNotEqualTo(begun.secret());
    }

    private static void wrong(Accounts at) {
        assertThatThrownBy(() -> at.signIn(Servers.EMAIL, "wrong wrong", "::1", "x"))
                .isInstanceOf(AccountFailure.WrongCredentials.class);
    }
}
