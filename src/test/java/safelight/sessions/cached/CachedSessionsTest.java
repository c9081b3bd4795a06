package safelight.sessions.cached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.AccountId;
import safelight.base.AtOnce;
import safelight.base.Digest;
import safelight.sessions.Session;
import safelight.sessions.Sessions;
import safelight.sessions.SessionsChanged;
import safelight.sessions.SessionsContract;
import safelight.sessions.sql.SqlSessions;
import safelight.sql.Database;

/// Copies of sessions: all of an engine's contract holds through them, and what another server
/// changes is seen in time. The other server is the engine below, used directly.
class CachedSessionsTest extends SessionsContract {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final AccountId ANN = new AccountId("01kdvh00000000000000000001");
    private static final Duration KEPT = Duration.ofSeconds(5);
    private static final Session SESSION =
            new Session(Digest.of(new byte[1]), ANN, 0, NOON, NOON, "x");

    @TempDir private Path directory;
    private final AtomicLong nanos = new AtomicLong();
    private final Radio radio = new Radio();
    private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
    private Database database;
    private SqlSessions elsewhere;
    private CachedSessions silent;
    private CachedSessions told;

    @BeforeEach
    void open() {
        database = Database.open(directory.resolve("catalog.db"));
        elsewhere = new SqlSessions(database);
        silent = new CachedSessions(elsewhere, KEPT, 100, SessionsChanged.NONE, nanos::get);
        var engine = new Overtaken(elsewhere, meanwhile);
        told = new CachedSessions(engine, KEPT, 100, radio, nanos::get);
    }

    @AfterEach
    void close() {
        told.close();
        silent.close();
        database.close();
    }

    @Override
    protected Sessions sessions() {
        return silent;
    }

    /// A source of changes that a test speaks through.
    private static final class Radio implements SessionsChanged {
        private final AtomicReference<Listener> listener = new AtomicReference<>();

        @Override
        public Listening listen(Listener newListener) {
            listener.set(newListener);
            return () -> {};
        }

        Listener says() {
            return listener.get();
        }
    }

    private void passes(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void foundSessionIsNotReadAgainForAsLongAsItIsKept() {
        elsewhere.add(SESSION);
        silent.find(SESSION.id());
        elsewhere.remove(SESSION.id());

        passes(KEPT.minusMillis(1));
        assertThat(silent.find(SESSION.id())).contains(SESSION);
        passes(Duration.ofMillis(1));
        assertThat(silent.find(SESSION.id())).isEmpty();
    }

    @Test
    void absenceIsNeverKept() {
        assertThat(silent.find(SESSION.id())).isEmpty();

        elsewhere.add(SESSION);

        assertThat(silent.find(SESSION.id())).contains(SESSION);
    }

    @Test
    void endThroughItIsSeenThroughItAtOnce() {
        silent.add(SESSION);
        silent.find(SESSION.id());
        silent.remove(SESSION.id());
        assertThat(silent.find(SESSION.id())).isEmpty();

        silent.add(SESSION);
        silent.find(SESSION.id());
        silent.removeAll(ANN);
        assertThat(silent.find(SESSION.id())).isEmpty();

        silent.add(SESSION);
        silent.find(SESSION.id());
        silent.forget(NOON.plusSeconds(1), NOON);
        assertThat(silent.find(SESSION.id())).isEmpty();
    }

    @Test
    void useThroughItIsSeenThroughIt() {
        silent.add(SESSION);
        silent.find(SESSION.id());

        silent.touch(SESSION.id(), NOON.plusSeconds(60));

        assertThat(silent.find(SESSION.id()).orElseThrow().seen()).isEqualTo(NOON.plusSeconds(60));
    }

    @Test
    void useDoesNotKeepACopyLonger() {
        elsewhere.add(SESSION);
        silent.find(SESSION.id());
        elsewhere.remove(SESSION.id());

        for (int i = 0; i < 5; i++) {
            silent.find(SESSION.id());
            passes(Duration.ofSeconds(1));
        }

        assertThat(silent.find(SESSION.id())).isEmpty();
    }

    @Test
    void wordOfAChangeEndsTheCopyAtOnce() {
        elsewhere.add(SESSION);
        told.find(SESSION.id());
        elsewhere.remove(SESSION.id());
        assertThat(told.find(SESSION.id())).contains(SESSION);

        radio.says().changed(SESSION.id());

        assertThat(told.find(SESSION.id())).isEmpty();
    }

    @Test
    void nothingIsKeptWhileNoWordMayCome() {
        elsewhere.add(SESSION);
        told.find(SESSION.id());

        radio.says().lost();
        told.find(SESSION.id());
        elsewhere.remove(SESSION.id());

        assertThat(told.find(SESSION.id())).isEmpty();
    }

    @Test
    void copiesFromBeforeTheWordCameBackDoNotCount() {
        elsewhere.add(SESSION);
        told.find(SESSION.id());
        radio.says().lost();
        elsewhere.remove(SESSION.id());
        radio.says().resumed();
        assertThat(told.find(SESSION.id())).isEmpty();

        elsewhere.add(SESSION);
        told.find(SESSION.id());
        elsewhere.remove(SESSION.id());
        assertThat(told.find(SESSION.id())).as("kept again").isPresent();
    }

    @Test
    void readingThatAnEndOvertookIsNotKept() {
        for (Runnable end : endings()) {
            elsewhere.add(SESSION);
            meanwhile.set(end);
            told.find(SESSION.id());
            assertThat(told.find(SESSION.id())).isEmpty();
        }
    }

    private List<Runnable> endings() {
        return List.of(
                () -> {
                    elsewhere.remove(SESSION.id());
                    radio.says().changed(SESSION.id());
                },
                () -> told.remove(SESSION.id()),
                () -> told.removeAll(ANN),
                () -> {
                    radio.says().lost();
                    elsewhere.remove(SESSION.id());
                    radio.says().resumed();
                });
    }

    @Test
    void racesOfReadersWithAnEndLeaveNoCopy() throws Exception {
        for (int round = 0; round < 200; round++) {
            elsewhere.add(SESSION);
            AtOnce.run(
                    4,
                    i -> {
                        if (i == 0) told.remove(SESSION.id());
                        else told.find(SESSION.id());
                        return i;
                    });
            assertThat(told.find(SESSION.id())).isEmpty();
        }
    }

    @Test
    void noMoreIsKeptThanWasAskedFor() {
        try (var small = new CachedSessions(elsewhere, KEPT, 2, SessionsChanged.NONE, nanos::get)) {
            for (int i = 1; i <= 10; i++) {
                var id = Digest.of(new byte[] {(byte) i});
                elsewhere.add(new Session(id, ANN, 0, NOON, NOON, "x"));
                small.find(id);
                elsewhere.remove(id);
            }

            long kept = 0;
            for (int i = 1; i <= 10; i++)
                if (small.find(Digest.of(new byte[] {(byte) i})).isPresent()) kept++;

            assertThat(kept).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void closedItKeepsNothing() {
        elsewhere.add(SESSION);
        silent.find(SESSION.id());

        silent.close();
        silent.find(SESSION.id());
        elsewhere.remove(SESSION.id());

        assertThat(silent.find(SESSION.id())).isEmpty();
    }

    @Test
    void longerThanFiveSecondsIsRefused() {
        for (var kept : List.of(KEPT.plusNanos(1), Duration.ZERO, KEPT.negated()))
            assertThatThrownBy(() ->
                            new CachedSessions(
                                    elsewhere, kept, 1, SessionsChanged.NONE, nanos::get))
                    .isInstanceOf(IllegalArgumentException.class);
    }

    /// The engine, with something happening between its answer and the reader.
    private record Overtaken(Sessions engine, AtomicReference<Runnable> meanwhile)
            implements Sessions {
        @Override
        public Optional<Session> find(Digest id) {
            var found = engine.find(id);
            meanwhile.getAndSet(() -> {}).run();
            return found;
        }

        @Override
        public void add(Session session) {
            engine.add(session);
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
}
