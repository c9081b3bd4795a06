package safelight.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import safelight.base.AtOnce;
import safelight.catalog.AccountRows;
import safelight.sessions.Sessions;

/// What holds of two web servers that share engines, whichever these are: an end of sessions is in
/// force on both once the call has returned, not a moment later. Their copies of accounts never
/// become too old, which is the worst that could be.
abstract class EndsContract {
    private static final int ROUNDS = 12;
    private static final SessionRules RULES =
            new SessionRules(
                    Duration.ofDays(7),
                    Duration.ofDays(30),
                    100_000,
                    100_000,
                    Duration.ofMinutes(1));

    private AccountRows rows;
    private Accounts here;
    private Accounts there;

    /// The catalog, by connections of its own.
    abstract AccountRows rows();

    /// The session store of the same installation, by connections of its own.
    abstract Sessions sessions();

    /// Closes what was opened.
    abstract void close();

    @BeforeEach
    void open() {
        rows = rows();
        here = Servers.one(rows, sessions(), Clock.systemUTC(), RULES);
        there = Servers.one(rows(), sessions(), Clock.systemUTC(), RULES);
    }

    @AfterEach
    void closeAll() {
        close();
    }

    private static String password(int round) {
        return "correct horse " + round;
    }

    private static Optional<SignIn> seen(Accounts at, SignIn.Begun begun) {
        return at.recognize(begun.secret());
    }

    private SignIn.Begun signedUp() {
        return here.signUp(new SignUp(Servers.EMAIL, password(0), "Ann"), "::1", "x");
    }

    @Test
    void changeOfPasswordIsInForceOnTheOtherServerOnceItReturns() {
        var begun = signedUp();

        for (int round = 1; round <= ROUNDS; round++) {
            var old = begun;
            var at = round % 2 == 0 ? here : there;
            var other = round % 2 == 0 ? there : here;
            assertThat(seen(other, old)).isPresent();

            begun =
                    at.changePassword(
                            seen(at, old).orElseThrow().account(),
                            password(round - 1),
                            password(round),
                            "::1",
                            "x");

            assertThat(seen(other, old)).as("round %d, elsewhere", round).isEmpty();
            assertThat(seen(at, old)).as("round %d, here", round).isEmpty();
            assertThat(seen(other, begun)).as("round %d, the new one", round).isPresent();
        }
    }

    @Test
    void signingOutEverywhereIsInForceOnTheOtherServerOnceItReturns() {
        var account = signedUp().session().account().id();

        for (int round = 1; round <= ROUNDS; round++) {
            var mine = here.signIn(Servers.EMAIL, password(0), "::1", "x");
            var other = there.signIn(Servers.EMAIL, password(0), "::1", "x");
            assertThat(seen(there, mine)).isPresent();
            assertThat(seen(here, other)).isPresent();

            here.signOutEverywhere(account);

            assertThat(seen(there, mine)).as("round %d, begun here", round).isEmpty();
            assertThat(seen(there, other)).as("round %d, begun there", round).isEmpty();
        }
    }

    @Test
    void signInThatRacesWithAnEndIsInForceOnBothOrOnNeither() throws Exception {
        var account = signedUp().session().account().id();

        for (int round = 1; round <= ROUNDS; round++) {
            List<SignIn.Begun> begun = new ArrayList<>();
            AtOnce.run(
                            4,
                            i -> {
                                if (i > 0) return attempt(i == 1 ? here : there);
                                here.signOutEverywhere(account);
                                return Optional.<SignIn.Begun>empty();
                            })
                    .forEach(each -> each.ifPresent(begun::add));

            long epoch = rows.find(account).orElseThrow().epoch();
            for (var each : begun) {
                boolean isInForce = seen(here, each).isPresent();
                assertThat(seen(there, each).isPresent()).isEqualTo(isInForce);
                // One that began at the same time may have been ended as well.
                if (isInForce) assertThat(each.session().account().epoch()).isEqualTo(epoch);
            }
        }
    }

    private static Optional<SignIn.Begun> attempt(Accounts at) {
        try {
            return Optional.of(at.signIn(Servers.EMAIL, password(0), "::1", "x"));
        } catch (AccountFailure.NotSignedIn _) {
            return Optional.empty();
        }
    }

    @Test
    void signingOutOfOneSessionIsInForceOnTheOtherServerOnceItReturns() {
        var kept = signedUp();

        for (int round = 1; round <= ROUNDS; round++) {
            var begun = here.signIn(Servers.EMAIL, password(0), "::1", "x");
            assertThat(seen(there, begun)).isPresent();

            here.signOut(begun.secret());

            assertThat(seen(there, begun)).as("round %d", round).isEmpty();
        }
        assertThat(seen(there, kept)).isPresent();
    }
}
