package safelight.sessions.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.AccountId;
import safelight.base.AtOnce;
import safelight.base.Digest;
import safelight.base.Waiting;
import safelight.sessions.Session;
import safelight.sessions.Sessions;
import safelight.sessions.SessionsContract;
import safelight.sessions.SessionsUnavailable;
import safelight.sessions.cached.CachedSessions;

/// Two web servers with copies of sessions in one Redis, which tells each of what the other ends.
/// Their copies never grow old here, so that nothing but the word can end one.
class RedisChangesIT extends SessionsContract {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final AccountId ANN = new AccountId("01kdvh00000000000000000001");
    private static final Session SESSION =
            new Session(Digest.of(new byte[1]), ANN, 0, NOON, NOON, "x");
    private static final Duration KEPT = Duration.ofDays(30);

    @TempDir private Path folder;
    private RedisServer redis;
    private RedisSessions hereBelow;
    private RedisSessions thereBelow;
    private CachedSessions here;
    private CachedSessions there;

    @BeforeEach
    void open() {
        redis = RedisServer.start(folder);
        hereBelow = RedisSessions.open(redis.access(), KEPT);
        thereBelow = RedisSessions.open(redis.access(), KEPT);
        here = copies(hereBelow);
        there = copies(thereBelow);
        here.add(SESSION);
        Waiting.until(() -> isCopy(here) && isCopy(there));
        here.remove(SESSION.id());
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
        hereBelow.close();
        thereBelow.close();
        redis.close();
    }

    @Override
    protected Sessions sessions() {
        return there;
    }

    private static CachedSessions copies(RedisSessions below) {
        return new CachedSessions(below, CachedSessions.KEPT_MOST, 1000, below.changes(), () -> 0L);
    }

    /// Whether it answers from its copy: Redis itself says something else.
    private boolean isCopy(CachedSessions server) {
        server.find(SESSION.id());
        redis.command("HSET safelight:session:" + SESSION.id() + " agent other");
        var agent = server.find(SESSION.id()).orElseThrow().userAgent();
        redis.command("HSET safelight:session:" + SESSION.id() + " agent x");
        return agent.equals("x");
    }

    @Test
    void endOnOneServerIsSeenOnTheOtherSoon() {
        here.add(SESSION);
        assertThat(isCopy(there)).isTrue();
        here.remove(SESSION.id());
        Waiting.until(() -> there.find(SESSION.id()).isEmpty());

        here.add(SESSION);
        assertThat(isCopy(there)).isTrue();
        here.removeAll(ANN);
        Waiting.until(() -> there.find(SESSION.id()).isEmpty());
    }

    @Test
    void endWhileTheWordCannotComeIsNotMissed() {
        here.add(SESSION);
        assertThat(isCopy(there)).isTrue();

        redis.command("CLIENT KILL TYPE pubsub");
        hereBelow.remove(SESSION.id());

        Waiting.until(() -> there.find(SESSION.id()).isEmpty());
    }

    @Test
    void copiesAreKeptAgainOnceTheWordIsBack() {
        redis.command("CLIENT KILL TYPE pubsub");

        here.add(SESSION);

        Waiting.until(() -> isCopy(there));
        here.remove(SESSION.id());
        Waiting.until(() -> there.find(SESSION.id()).isEmpty());
    }

    @Test
    void restartOfRedisIsSurvived() {
        here.add(SESSION);
        assertThat(isCopy(there)).isTrue();

        redis.kill();
        Waiting.until(() -> isAway(there));
        redis.restart();

        Waiting.until(() -> !isAway(there) && isCopy(there));
        Waiting.until(() -> !isAway(here));
        here.remove(SESSION.id());
        Waiting.until(() -> there.find(SESSION.id()).isEmpty());
    }

    @Test
    void racesOfReadersWithAnEndElsewhereLeaveNoCopy() throws Exception {
        for (int round = 0; round < 100; round++) {
            var isOver = new AtomicBoolean();
            here.add(SESSION);
            AtOnce.run(
                    4,
                    i -> {
                        if (i > 0) {
                            while (!isOver.get()) there.find(SESSION.id());
                        } else {
                            here.remove(SESSION.id());
                            isOver.set(true);
                        }
                        return i;
                    });
            Waiting.until(() -> there.find(SESSION.id()).isEmpty());
        }
    }

    private static boolean isAway(CachedSessions server) {
        try {
            server.find(SESSION.id());
            return false;
        } catch (SessionsUnavailable _) {
            return true;
        }
    }
}
