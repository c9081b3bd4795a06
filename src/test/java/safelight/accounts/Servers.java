package safelight.accounts;

import java.security.SecureRandom;
import java.time.Clock;
import safelight.catalog.AccountRows;
import safelight.catalog.sql.SqlAccounts;
import safelight.sessions.Sessions;
import safelight.sql.Database;

/// Web servers in tests, as far as accounts go: any number on one storage, each with its clock.
final class Servers {
    static final String EMAIL = "ann@example.org";
    static final String PASSWORD = "correct horse battery";

    private Servers() {}

    /// Its copies of accounts never become too old to be used.
    static Accounts one(Database database, Sessions sessions, Clock clock, SessionRules rules) {
        return one(new SqlAccounts(database), sessions, clock, rules);
    }

    static Accounts one(AccountRows rows, Sessions sessions, Clock clock, SessionRules rules) {
        var copies = new AccountCopies(rows, AccountCopies.KEPT_MOST, () -> 0);
        return new Accounts(rows, copies, sessions, rules, clock, new SecureRandom());
    }

    static SignIn.Begun signUp(Accounts at) {
        return at.signUp(new SignUp(EMAIL, PASSWORD, "Ann"), "::1", "x");
    }

    static SignIn.Begun signIn(Accounts at) {
        return at.signIn(EMAIL, PASSWORD, "::1", "x");
    }
}
