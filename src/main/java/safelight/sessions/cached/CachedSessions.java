package safelight.sessions.cached;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.sessions.Session;
import safelight.sessions.Sessions;
import safelight.sessions.SessionsChanged;

/// Sessions of an engine, with copies of those that were found kept in this process for at most
/// {@link #KEPT_MOST}. Absences are never kept. Thread-safe.
///
/// How soon an end is seen:
///
/// - Here: at once, whichever way it was ended through this object.
/// - At other servers, where the engine tells of changes ({@link SessionsChanged}): once the word
///   has come, which takes milliseconds. While the word may not come, nothing is kept at all.
/// - At other servers, where the engine does not: `kept` after the copy's reading began.
///
/// "Everywhere, at once" (a password change, signing out everywhere) must not wait for that. It
/// rests on the account's epoch, which whoever recognizes a session compares on every request and
/// which is not kept here.
public final class CachedSessions implements Sessions, AutoCloseable {
    /// How old a copy may ever become.
    public static final Duration KEPT_MOST = Duration.ofSeconds(5);

    private final Sessions engine;
    private final long keptNanos;
    private final LongSupplier nanoTime;
    private final Cache<Digest, Copy> copies;
    private final SessionsChanged.Listening listening;

    /// Raised by every change of one session: a reading that was under way is not kept.
    private final AtomicLong changes = new AtomicLong();

    /// Raised when no copy may be trusted any more: those of a lower one do not count.
    private final AtomicLong clears = new AtomicLong();

    private volatile boolean isBlind;
    private volatile boolean isClosed;

    /// A session as it was read at `readAt`, while `clears` had that value.
    private record Copy(Session session, long clears, long readAt) {}

    /// Keeps at most `most` sessions, each for `kept`. `nanoTime` is as `System.nanoTime()`.
    ///
    /// @throws IllegalArgumentException if `kept` is not within {@link #KEPT_MOST}
    /// @throws safelight.sessions.SessionsUnavailable if there is a source of changes, and it does
    ///   not answer
    public CachedSessions(
            Sessions engine,
            Duration kept,
            int most,
            SessionsChanged changed,
            LongSupplier nanoTime) {
        if (!kept.isPositive() || kept.compareTo(KEPT_MOST) > 0)
            throw new IllegalArgumentException("cannot keep a session for " + kept);
        this.engine = engine;
        this.keptNanos = kept.toNanos();
        this.nanoTime = nanoTime;
        this.copies =
                Caffeine.newBuilder()
                        .maximumSize(most)
                        .expireAfterWrite(kept)
                        .ticker(nanoTime::getAsLong)
                        .executor(Runnable::run)
                        .build();
        this.listening = changed.listen(new Word());
    }

    @Override
    public void add(Session session) {
        try {
            engine.add(session);
        } finally {
            evict(session.id());
        }
    }

    @Override
    public Optional<Session> find(Digest id) {
        long now = nanoTime.getAsLong();
        long clearsNow = clears.get();
        var copy = copies.getIfPresent(id);
        if (copy != null && copy.clears == clearsNow && now - copy.readAt < keptNanos)
            return Optional.of(copy.session);
        long changesNow = changes.get();
        var found = engine.find(id);
        found.ifPresent(s -> keep(new Copy(s, clearsNow, now), changesNow));
        return found;
    }

    @Override
    public void touch(Digest id, Instant seen) {
        try {
            engine.touch(id, seen);
        } finally {
            evict(id);
        }
    }

    @Override
    public void remove(Digest id) {
        try {
            engine.remove(id);
        } finally {
            evict(id);
        }
    }

    @Override
    public void removeAll(AccountId account) {
        try {
            engine.removeAll(account);
        } finally {
            clear();
        }
    }

    @Override
    public int forget(Instant created, Instant seen) {
        int forgotten = engine.forget(created, seen);
        if (forgotten > 0) clear();
        return forgotten;
    }

    @Override
    public Tally attempt(String key, Instant now, Duration window) {
        return engine.attempt(key, now, window);
    }

    @Override
    public void forgive(String key) {
        engine.forgive(key);
    }

    /// Hears of no more changes and keeps nothing from now on; the engine stays open. Idempotent.
    @Override
    public void close() {
        isClosed = true;
        clear();
        listening.close();
    }

    /// Counting first and then waiting for this id's turn is what keeps a stale reading out: either
    /// the reader sees the count and drops what it read, or its copy is there to be removed. That
    /// takes `compute`: `invalidate` may look without waiting.
    private void evict(Digest id) {
        changes.incrementAndGet();
        copies.asMap().compute(id, (_, _) -> null);
    }

    /// A copy that is being put in at this moment carries the lower count, so it does not count.
    private void clear() {
        clears.incrementAndGet();
        copies.invalidateAll();
    }

    private void keep(Copy copy, long changesBefore) {
        if (isBlind || isClosed) return;
        copies.asMap()
                .compute(
                        copy.session.id(), (_, old) -> changes.get() == changesBefore ? copy : old);
    }

    /// What the engine says of changes at other servers.
    private final class Word implements SessionsChanged.Listener {
        @Override
        public void changed(Digest id) {
            evict(id);
        }

        @Override
        public void lost() {
            isBlind = true;
            clear();
        }

        @Override
        public void resumed() {
            clear();
            isBlind = false;
        }
    }
}
