package safelight.accounts;

import java.time.Duration;
import java.time.Instant;
import safelight.catalog.Account;

/// A session in force: whose it is, its secret's place is in the cookie alone.
public record SignIn(Account account, Instant created, Instant expires) {
    /// A session that has just begun, with the secret for the cookie and the longest time that the
    /// cookie is good for, if it is used often enough.
    public record Begun(SignIn session, String secret, Duration lasts) {}
}
