package safelight.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.AtOnce;
import safelight.base.Digest;
import safelight.base.HandClock;
import safelight.sessions.Session;
import safelight.sessions.Sessions;
import safelight.sessions.SessionsChanged;
import safelight.sessions.cached.CachedSessions;
import safelight.sessions.sql.SqlSessions;
import safelight.sql.Database;

/// OWASP's rules for sessions that are about time and about many servers, one test each. Those that
/// are seen from outside are in `SessionRulesIT`.
class SessionRulesTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration IDLE = Duration.ofHours(2);
    private static final Duration ABSOLUTE = Duration.ofHours(12);
    private static final Duration WINDOW = Duration.ofMinutes(1);

    @TempDir private Path directory;
    private final HandClock clock = new HandClock(NOON);
    private Database database;
    private Sessions sessions;
    private Accounts accounts;

    @BeforeEach
    void open() {
        database = Database.open(directory.resolve("catalog.db"));
        sessions = new SqlSessions(database);
        accounts = server(sessions, IDLE);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Accounts server(Sessions through, Duration idle) {
        return Servers.one(
                database, through, clock, new SessionRules(idle, ABSOLUTE, 9, 3, WINDOW));
    }

    private SignIn.Begun begun() {
        return Servers.signUp(accounts);
    }

    private Instant seen(SignIn.Begun begun) {
        return sessions.find(digest(begun.secret())).orElseThrow().seen();
    }

    private static Digest digest(String secret) {
        return Digest.of(secret.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void unusedSessionEndsAfterTheIdleTime() {
        var used = begun();
        var unused = Servers.signIn(accounts);

        clock.advance(IDLE.minusMillis(1));
        assertThat(accounts.recognize(used.secret())).isPresent();
        clock.advance(Duration.ofMillis(1));

        assertThat(accounts.recognize(used.secret())).isPresent();
        assertThat(accounts.recognize(unused.secret())).isEmpty();
        assertThat(sessions.find(digest(unused.secret()))).isEmpty();
    }

    @Test
    void usedSessionEndsAfterTheAbsoluteTimeAllTheSame() {
        var begun = begun();

        for (int i = 1; i < 12; i++) {
            clock.advance(Duration.ofHours(1));
            assertThat(accounts.recognize(begun.secret()).orElseThrow().expires())
                    .isBeforeOrEqualTo(NOON.plus(ABSOLUTE));
        }
        clock.advance(Duration.ofHours(1));

        assertThat(accounts.recognize(begun.secret())).isEmpty();
    }

    @Test
    void sweeperForgetsWhatIsOver() {
        var begun = begun();
        clock.advance(IDLE.plusMillis(1));

        assertThat(accounts.sweep()).isEqualTo(1);
        assertThat(sessions.find(digest(begun.secret()))).isEmpty();
    }

    @Test
    void lastUseIsWrittenAtMostEveryTenthOfTheIdleTime() {
        var begun = begun();

        clock.advance(IDLE.dividedBy(10));
        accounts.recognize(begun.secret());
        assertThat(seen(begun)).isEqualTo(NOON);
        clock.advance(Duration.ofMillis(1));
        accounts.recognize(begun.secret());

        assertThat(seen(begun)).isEqualTo(clock.instant());
    }

    @Test
    void lastUseIsWrittenAtMostEveryMinuteHoweverShortTheIdleTimeIs() {
        accounts = server(sessions, Duration.ofMinutes(5));
        var begun = begun();

        clock.advance(Duration.ofSeconds(60));
        accounts.recognize(begun.secret());
        assertThat(seen(begun)).isEqualTo(NOON);
        clock.advance(Duration.ofMillis(1));
        accounts.recognize(begun.secret());

        assertThat(seen(begun)).isEqualTo(clock.instant());
    }

    @Test
    void parallelUsesNeitherReviveASessionNorMoveItBack() throws Exception {
        var begun = begun();
        var other = Servers.signIn(accounts);
        clock.advance(IDLE.dividedBy(2));

        AtOnce.run(
                8,
                i -> {
                    if (i == 0) accounts.signOut(begun.secret());
                    else accounts.recognize(begun.secret());
                    return accounts.recognize(other.secret()).orElseThrow();
                });

        assertThat(accounts.recognize(begun.secret())).isEmpty();
        assertThat(seen(other)).isEqualTo(clock.instant());
    }

    @Test
    void newSecretAtEveryBeginning() {
        var up = begun();
        var in = Servers.signIn(accounts);
        var changed =
                accounts.changePassword(
                        in.session().account(), Servers.PASSWORD, "another one", "::1", "x");

        assertThat(up.secret()).isNotEqualTo(in.secret()).isNotEqualTo(changed.secret());
        assertThat(in.secret()).isNotEqualTo(changed.secret()).hasSize(43);
    }

    /// Copies on other servers may be seconds old, and nobody tells them.
    @Test
    void changeOfPasswordEndsEverySessionOnEveryServerAtOnce() {
        var begun = begun();
        try (var copies = copies()) {
            var elsewhere = server(copies, IDLE);
            assertThat(elsewhere.recognize(begun.secret())).isPresent();

            var changed =
                    accounts.changePassword(
                            begun.session().account(), Servers.PASSWORD, "another one", "::1", "x");

            assertThat(copies.find(digest(begun.secret()))).as("still a copy").isPresent();
            assertThat(elsewhere.recognize(begun.secret())).isEmpty();
            assertThat(accounts.recognize(begun.secret())).isEmpty();
            assertThat(elsewhere.recognize(changed.secret())).isPresent();
        }
    }

    @Test
    void signingOutEverywhereEndsEverySessionOnEveryServerAtOnce() {
        var begun = begun();
        try (var copies = copies()) {
            var elsewhere = server(copies, IDLE);
            assertThat(elsewhere.recognize(begun.secret())).isPresent();

            accounts.signOutEverywhere(begun.session().account().id());

            assertThat(copies.find(digest(begun.secret()))).as("still a copy").isPresent();
            assertThat(elsewhere.recognize(begun.secret())).isEmpty();
        }
    }

    /// It compared the old password, and its session came after all others had ended.
    @Test
    void signInThatAChangeOfPasswordOvertookIsNotInForce() {
        var old = begun().session().account();
        accounts.changePassword(old, Servers.PASSWORD, "another one", "::1", "x");

        var late = "A".repeat(43);
        sessions.add(new Session(digest(late), old.id(), old.epoch(), clock.instant(), NOON, "x"));

        assertThat(accounts.recognize(late)).isEmpty();
    }

    @Test
    void wrongCurrentPasswordCountsAsATry() {
        var account = begun().session().account();

        for (int i = 0; i < 3; i++)
            assertThatThrownBy(
                            () -> accounts.changePassword(account, "wrong", "another one", "a", ""))
                    .isInstanceOf(AccountFailure.WrongPassword.class);

        assertThatThrownBy(() ->
                        accounts.changePassword(account, Servers.PASSWORD, "another one", "b", ""))
                .isInstanceOf(AccountFailure.TooManyTries.class);
        assertThatThrownBy(() -> Servers.signIn(accounts))
                .isInstanceOf(AccountFailure.TooManyTries.class);
    }

    private CachedSessions copies() {
        return new CachedSessions(
                sessions, CachedSessions.KEPT_MOST, 10, SessionsChanged.NONE, System::nanoTime);
    }
}
