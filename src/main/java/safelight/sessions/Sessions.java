package safelight.sessions;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.Digest;

/// Who is signed in. Thread-safe, shared by all web servers; every write is durable when its method
/// returns; every method throws {@link SessionsUnavailable} if storage does not answer.
public interface Sessions {
    /// Adds a session.
    void add(Session session);

    /// The session of this id, however old.
    Optional<Session> find(Digest id);

    /// Notes that a session was used, if it still exists; never brings a removed one back, never
    /// moves the time back.
    void touch(Digest id, Instant seen);

    /// Ends one session. Ending what is not there is no fault.
    void remove(Digest id);

    /// Ends all sessions of the account.
    void removeAll(AccountId account);

    /// Forgets sessions created before `created` or last seen before `seen`. Returns how many; 0 if
    /// the engine does it by itself.
    int forget(Instant created, Instant seen);

    /// Counts one more attempt under `key` (an address, an e-mail) in a window that began with its
    /// first attempt and lasts `window`, and returns the count, this one included, and when the
    /// window ends. Of attempts at the same moment each may count others that come with it, so
    /// never more than n of them see n or less.
    Tally attempt(String key, Instant now, Duration window);

    /// Forgets the attempts under `key`.
    void forgive(String key);

    /// How many attempts there were in a window, and when it ends.
    record Tally(int count, Instant until) {}
}
