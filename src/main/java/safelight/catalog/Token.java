package safelight.catalog;

import java.time.Instant;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.base.TokenId;

/// A program's key to an account, known by the SHA-256 of its secret.
public record Token(
        TokenId id,
        AccountId account,
        String name,
        Digest secret,
        Instant created,
        Optional<Instant> used) {}
