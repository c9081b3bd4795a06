package safelight.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.AtOnce;
import safelight.base.Digest;
import safelight.base.HandClock;
import safelight.catalog.sql.SqlAccounts;
import safelight.sessions.Session;
import safelight.sessions.Sessions;
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

    /// The other server has a copy of the account that is still good enough for most requests.
    @Test
    void changeOfPasswordEndsEverySessionOnEveryServerAtOnce() {
        var begun = begun();
        var elsewhere = server(sessions, IDLE);
        assertThat(elsewhere.recognize(begun.secret())).isPresent();

        var changed =
                accounts.changePassword(
                        begun.session().account(), Servers.PASSWORD, "another one", "::1", "x");

        assertThat(elsewhere.recognize(begun.secret())).isEmpty();
        assertThat(accounts.recognize(begun.secret())).isEmpty();
        assertThat(elsewhere.recognize(changed.secret())).isPresent();
    }

    @Test
    void signingOutEverywhereEndsEverySessionOnEveryServerAtOnce() {
        var begun = begun();
        var elsewhere = server(sessions, IDLE);
        assertThat(elsewhere.recognize(begun.secret())).isPresent();

        accounts.signOutEverywhere(begun.session().account().id());

        assertThat(elsewhere.recognize(begun.secret())).isEmpty();
    }

    @Test
    void signingOutOfOneSessionEndsItOnEveryServerAtOnce() {
        var begun = begun();
        var elsewhere = server(sessions, IDLE);
        assertThat(elsewhere.recognize(begun.secret())).isPresent();

        accounts.signOut(begun.secret());

        assertThat(elsewhere.recognize(begun.secret())).isEmpty();
    }

    /// It compared the old password, and its session came after all others had ended.
    @Test
    void signInThatAChangeOfPasswordOvertookBeginsNothing() {
        var account = begun().session().account();
        var added = new AtomicReference<Session>();
        var late =
                server(
                        new WatchedSessions(
                                sessions,
                                session -> {
                                    added.set(session);
                                    accounts.changePassword(
                                            account, Servers.PASSWORD, "another one", "::1", "x");
                                }),
                        IDLE);

        assertThatThrownBy(() -> Servers.signIn(late))
                .isInstanceOf(AccountFailure.NotSignedIn.class);

        assertThat(sessions.find(added.get().id())).isEmpty();
    }

    /// As a server leaves it that dies between the two steps.
    @Test
    void sessionOfAnEarlierEpochIsInForceForNoLongerThanACopyLasts() {
        var begun = begun();
        var nanos = new AtomicLong();
        var rows = new SqlAccounts(database);
        var elsewhere =
                new Accounts(
                        rows,
                        new AccountCopies(rows, AccountCopies.KEPT_MOST, nanos::get),
                        sessions,
                        new SessionRules(IDLE, ABSOLUTE, 9, 3, WINDOW),
                        clock,
                        new SecureRandom());
        assertThat(elsewhere.recognize(begun.secret())).isPresent();

        rows.raiseEpoch(begun.session().account().id());
        nanos.addAndGet(AccountCopies.KEPT_MOST.toNanos());

        assertThat(elsewhere.recognize(begun.secret())).isEmpty();
        assertThat(sessions.find(digest(begun.secret()))).isEmpty();
    }

    /// Its request had been recognized already, or was by a copy.
    @Test
    void whoWasSignedOutEverywhereMeanwhileChangesNoPassword() {
        var account = begun().session().account();
        accounts.signOutEverywhere(account.id());

        assertThatThrownBy(() ->
                        accounts.changePassword(
                                account, Servers.PASSWORD, "another one", "::1", "x"))
                .isInstanceOf(AccountFailure.NotSignedIn.class);

        assertThat(Servers.signIn(accounts).secret()).isNotEmpty();
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
}
