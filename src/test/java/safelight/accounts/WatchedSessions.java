package safelight.accounts;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.sessions.Session;
import safelight.sessions.Sessions;

/// Sessions of an engine; before one is added, something else may happen.
record WatchedSessions(Sessions engine, Consumer<Session> beforeAdding) implements Sessions {
    @Override
    public void add(Session session) {
        beforeAdding.accept(session);
        engine.add(session);
    }

    @Override
    public Optional<Session> find(Digest id) {
        return engine.find(id);
    }

    @Override
    public void touch(Digest id, Instant seen) {
        engine.touch(id, seen);
    }

    @Override
    public void remove(Digest id) {
        engine.remove(id);
    }

    @Override
    public void removeAll(AccountId account) {
        engine.removeAll(account);
    }

    @Override
    public int forget(Instant created, Instant seen) {
        return engine.forget(created, seen);
    }

    @Override
    public Tally attempt(String key, Instant now, Duration window) {
        return engine.attempt(key, now, window);
    }

    @Override
    public void forgive(String key) {
        engine.forgive(key);
    }
}
