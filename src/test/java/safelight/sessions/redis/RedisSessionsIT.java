package safelight.sessions.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
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

/// Sessions in a real Redis that syncs every write.
class RedisSessionsIT extends SessionsContract {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.123456Z");
    private static final AccountId ANN = new AccountId("01kdvh00000000000000000001");
    private static final Duration KEPT = Duration.ofDays(30);

    @TempDir static Path folder;

    static RedisServer server;
    private RedisSessions sessions;

    @BeforeAll
    static void start() {
        server = RedisServer.start(folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void open() {
        server.command("FLUSHALL");
        sessions = RedisSessions.open(server.access(), KEPT);
    }

    @AfterEach
    void close() {
        sessions.close();
    }

    @Override
    protected Sessions sessions() {
        return sessions;
    }

    private static Digest id(int number) {
        return Digest.of(new byte[] {(byte) number, (byte) (number >> 8), 1});
    }

    private static Session session(int number) {
        return new Session(id(number), ANN, 7, NOON, NOON, "curl/8");
    }

    @Test
    void killedAndStartedAgainItHasEverySessionThatItConfirmed() throws Exception {
        var confirmed = new ArrayList<Session>();
        var isOver = new AtomicBoolean();
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int t = 0; t < 8; t++) {
                int first = t * 1000;
                tasks.execute(() -> addUntil(isOver, first, confirmed));
            }
            try {
                Waiting.until(() -> count(confirmed) > 500);
                server.kill();
            } finally {
                isOver.set(true);
            }
        }

        server.restart();

        Waiting.until(() -> isBack(confirmed.getFirst()));
        assertThat(confirmed).allSatisfy(s -> assertThat(sessions.find(s.id())).contains(s));
    }

    private void addUntil(AtomicBoolean isOver, int first, List<Session> confirmed) {
        for (int i = first; i < first + 1000; i++) {
            var session = session(i);
            while (!isAdded(session)) if (isOver.get()) return;
            synchronized (confirmed) {
                confirmed.add(session);
            }
        }
    }

    /// Redis may pause before it is killed.
    private boolean isAdded(Session session) {
        try {
            sessions.add(session);
            return true;
        } catch (SessionsUnavailable _) {
            return false;
        }
    }

    private static int count(List<Session> confirmed) {
        synchronized (confirmed) {
            return confirmed.size();
        }
    }

    private boolean isBack(Session session) {
        try {
            return sessions.find(session.id()).isPresent();
        } catch (SessionsUnavailable _) {
            return false;
        }
    }

    @Test
    void whileRedisIsAwayEveryCallSaysSoSoonAndThenWorksAgain() {
        var session = session(1);
        sessions.add(session);
        server.kill();

        var began = System.nanoTime();
        for (Runnable call : everyCall(session))
            assertThatThrownBy(call::run).isInstanceOf(SessionsUnavailable.class);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
        server.restart();

        Waiting.until(() -> isBack(session));
        assertThat(sessions.attempt("a", NOON, Duration.ofMinutes(1)).count()).isEqualTo(1);
        sessions.remove(session.id());
        assertThat(sessions.find(session.id())).isEmpty();
    }

    private List<Runnable> everyCall(Session session) {
        return List.of(
                () -> sessions.find(session.id()),
                () -> sessions.add(session(2)),
                () -> sessions.touch(session.id(), NOON.plusSeconds(1)),
                () -> sessions.remove(session.id()),
                () -> sessions.removeAll(ANN),
                () -> sessions.forget(NOON, NOON),
                () -> sessions.attempt("a", NOON, Duration.ofMinutes(1)),
                () -> sessions.forgive("a"));
    }

    @Test
    void redisThatHangsIsGivenUpInSecondsAndFoundAgain() throws Exception {
        var session = session(1);
        sessions.add(session);
        server.freeze();
        try {
            var failures =
                    AtOnce.run(
                            8,
                            _ -> {
                                var began = System.nanoTime();
                                assertThatThrownBy(() -> sessions.find(session.id()))
                                        .isInstanceOf(SessionsUnavailable.class);
                                return Duration.ofNanos(System.nanoTime() - began);
                            });
            assertThat(failures).allMatch(d -> d.compareTo(Duration.ofSeconds(20)) < 0);
        } finally {
            server.thaw();
        }

        Waiting.until(() -> isBack(session));
    }

    @Test
    void redisThatIsNotThereIsSaidSoAtTheStart() {
        var nowhere = new RedisAccess("redis://ann:secret@127.0.0.1:1");

        assertThatThrownBy(() -> RedisSessions.open(nowhere, KEPT))
                .isInstanceOf(SessionsUnavailable.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    void everythingThatIsKeptHasAnEnd() {
        sessions.add(session(1));
        sessions.touch(id(1), NOON.plusSeconds(90));
        sessions.attempt("a", NOON, Duration.ofMinutes(5));

        for (var key : keys()) {
            long lives = number(server.command("PTTL " + key));
            assertThat(lives).as(key).isBetween(1L, KEPT.toMillis());
        }
        assertThat(keys()).hasSize(5);
        assertThat(number(server.command("PTTL safelight:tries:a")))
                .isLessThanOrEqualTo(Duration.ofMinutes(5).toMillis());
    }

    /// The servers' clocks have no part in it.
    @Test
    void lifetimeRunsOnTheClockOfRedis() {
        try (var brief = RedisSessions.open(server.access(), Duration.ofMillis(300))) {
            var future =
                    new Session(
                            id(1), ANN, 7, NOON.plus(KEPT), NOON.plus(KEPT.multipliedBy(9)), "x");
            brief.add(future);
            brief.touch(id(1), NOON.plus(KEPT.multipliedBy(10)));
            brief.attempt("a", NOON.plus(KEPT), Duration.ofMillis(300));

            Waiting.until(() -> keys().isEmpty());

            assertThat(brief.find(id(1))).isEmpty();
            assertThat(brief.attempt("a", NOON, Duration.ofMinutes(1)).count()).isEqualTo(1);
        }
    }

    @Test
    void whatEndedByItsLifetimeLeavesTheIndexesWithoutASweeper() {
        try (var brief = RedisSessions.open(server.access(), Duration.ofMillis(1))) {
            for (int i = 0; i < 20; i++) brief.add(session(i));
        }
        Waiting.until(() -> keys().stream().noneMatch(k -> k.startsWith("safelight:session:")));

        for (int i = 100; i < 120; i++) sessions.add(session(i));

        for (var index : List.of("sessions:created", "sessions:seen", "account:" + ANN.value()))
            assertThat(number(server.command("ZCARD safelight:" + index))).isEqualTo(20);
    }

    @Test
    void endedSessionsLeaveNothingBehind() {
        for (int i = 0; i < 5; i++) sessions.add(session(i));

        sessions.remove(id(0));
        sessions.removeAll(ANN);

        assertThat(keys()).isEmpty();
    }

    @Test
    void manyOldSessionsAreForgottenInBatches() {
        for (int i = 0; i < 1200; i++) sessions.add(session(i));

        assertThat(sessions.forget(NOON.plusSeconds(1), NOON)).isEqualTo(1200);
        assertThat(sessions.forget(NOON.plusSeconds(1), NOON)).isZero();
        assertThat(keys()).isEmpty();
    }

    @Test
    void scriptsAreSentAgainIfRedisForgotThem() {
        sessions.add(session(1));
        server.command("SCRIPT FLUSH");

        sessions.touch(id(1), NOON.plusSeconds(9));

        assertThat(sessions.find(id(1)).orElseThrow().seen()).isEqualTo(NOON.plusSeconds(9));
    }

    @Test
    void storageHasNoSecretAndNoPasswordShows() {
        assertThat(new RedisAccess("rediss://ann:secret@cache.example:6380/2"))
                .hasToString("RedisAccess[rediss://cache.example:6380/2]");
        assertThatThrownBy(() -> new RedisAccess("redis://ann:sec ret@:x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("ret");
        assertThatThrownBy(() -> new RedisAccess("http://ann:secret@x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
    }

    private static List<String> keys() {
        return Arrays.stream(server.command("KEYS safelight:*").split("\r\n"))
                .filter(line -> line.startsWith("safelight:"))
                .toList();
    }

    private static long number(String answer) {
        return Long.parseLong(answer.substring(1, answer.indexOf('\r')));
    }
}
