package safelight.sessions.redis;

import safelight.base.AccountId;
import safelight.base.Digest;

/// What the keys in Redis are called. All begin with `safelight:`, so that other users of the same
/// database stay out of the way.
final class Keys {
    static final String SESSION = "safelight:session:";
    static final String ACCOUNT = "safelight:account:";
    static final String TRIES = "safelight:tries:";

    /// All ids, by the time of creation and of the last use.
    static final String BY_CREATED = "safelight:sessions:created";

    static final String BY_SEEN = "safelight:sessions:seen";

    private Keys() {}

    static String session(Digest id) {
        return SESSION + id.hex();
    }

    static String account(AccountId account) {
        return ACCOUNT + account.value();
    }

    static String tries(String subject) {
        return TRIES + subject;
    }
}
