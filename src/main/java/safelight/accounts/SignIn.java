package safelight.accounts;

import java.time.Instant;
import safelight.catalog.Account;

/// A session in force: whose it is, its secret's place is in the cookie alone.
public record SignIn(Account account, Instant created, Instant expires) {
    /// A session that has just begun, with the secret for the cookie.
    public record Begun(SignIn session, String secret) {}
}
