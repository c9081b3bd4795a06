package safelight.catalog;

import java.time.Instant;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.Digest;

/// Someone who may sign in. `email` is lower case and unique; `passwordHash` is a PHC string;
/// `epoch` rises when every session has to end; the first account is the administrator.
public record Account(
        AccountId id,
        String email,
        String name,
        String passwordHash,
        Optional<Digest> avatar,
        long epoch,
        boolean administrator,
        Instant created) {
    /// The same after a change of password, which raised the epoch.
    public Account withPassword(String newHash, long newEpoch) {
        return new Account(id, email, name, newHash, avatar, newEpoch, administrator, created);
    }
}
