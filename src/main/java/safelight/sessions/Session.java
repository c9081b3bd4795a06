package safelight.sessions;

import java.time.Instant;
import safelight.base.AccountId;
import safelight.base.Digest;

/// One sign-in, known by the SHA-256 of the secret in the cookie. It counts only while `epoch` is
/// the account's.
public record Session(
        Digest id,
        AccountId account,
        long epoch,
        Instant created,
        Instant seen,
        String userAgent) {}
