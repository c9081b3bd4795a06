package safelight.sessions.redis;

import io.lettuce.core.KeyValue;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.sessions.Session;
import safelight.sessions.Sessions;

/// Sessions and counted sign-in attempts in one Redis, 6.2 or later (no Redis Cluster: the scripts
/// name keys of several slots).
///
/// What it keeps, times in microseconds since 1970:
///
/// | key | what | lives for |
/// |---|---|---|
/// | `safelight:session:{id}` | hash: account, epoch, created, seen, agent | `kept` |
/// | `safelight:account:{account}` | sorted set: its ids by creation | `kept` after the last one |
/// | `safelight:sessions:created`, `...:seen` | sorted sets: all ids | `kept` after the last one |
/// | `safelight:tries:{key}` | hash: count, until | its window |
///
/// Lifetimes run on Redis' own clock, so a session ends even if nobody sweeps and every server's
/// clock is wrong.
///
/// A write is as durable as Redis is told to be: with `appendonly yes` and `appendfsync always` it
/// is on the disk when the method returns; with `everysec` (Redis' default once `appendonly` is on)
/// a crash of the host may lose the last second; without `appendonly` a crash signs people out. A
/// line in the log at the start says which.
public final class RedisSessions implements Sessions, AutoCloseable {
    private static final int BATCH = 500;
    private static final String[] FIELDS = {"account", "epoch", "created", "seen", "agent"};

    private final Link link;
    private final String lifetimeMs;

    private RedisSessions(Link link, Duration kept) {
        this.link = link;
        this.lifetimeMs = Long.toString(kept.toMillis());
    }

    /// Connects. `kept` is how long a session may last at most, whatever its use.
    ///
    /// @throws safelight.sessions.SessionsUnavailable if Redis does not answer
    public static RedisSessions open(RedisAccess access, Duration kept) {
        if (kept.toMillis() < 1)
            throw new IllegalArgumentException("sessions cannot last for " + kept);
        var link = new Link(access);
        try {
            Durability.log(link);
        } catch (RuntimeException e) {
            link.close();
            throw e;
        }
        return new RedisSessions(link, kept);
    }

    @Override
    public void add(Session session) {
        link.run(
                "add a session of account " + session.account(),
                Script.ADD,
                new String[] {
                    Keys.session(session.id()),
                    Keys.account(session.account()),
                    Keys.BY_CREATED,
                    Keys.BY_SEEN
                },
                session.id().hex(),
                session.account().value(),
                Long.toString(session.epoch()),
                micros(session.created()),
                micros(session.seen()),
                session.userAgent(),
                lifetimeMs);
    }

    @Override
    public Optional<Session> find(Digest id) {
        var values = link.call("find a session", c -> c.hmget(Keys.session(id), FIELDS));
        if (!values.getFirst().hasValue()) return Optional.empty();
        return Optional.of(session(id, values));
    }

    @Override
    public void touch(Digest id, Instant seen) {
        link.run(
                "note the use of a session",
                Script.TOUCH,
                new String[] {Keys.session(id), Keys.BY_SEEN},
                id.hex(),
                micros(seen));
    }

    @Override
    public void remove(Digest id) {
        link.run(
                "end a session",
                Script.REMOVE,
                new String[] {Keys.session(id), Keys.BY_CREATED, Keys.BY_SEEN},
                id.hex());
    }

    @Override
    public void removeAll(AccountId account) {
        link.run(
                "end the sessions of account " + account,
                Script.REMOVE_ALL,
                new String[] {Keys.account(account), Keys.BY_CREATED, Keys.BY_SEEN});
    }

    @Override
    public int forget(Instant created, Instant seen) {
        return forget(Keys.BY_CREATED, Keys.BY_SEEN, created)
                + forget(Keys.BY_SEEN, Keys.BY_CREATED, seen);
    }

    @Override
    public Tally attempt(String key, Instant now, Duration window) {
        var answer =
                link.run(
                        "count an attempt",
                        Script.ATTEMPT,
                        new String[] {Keys.tries(key)},
                        micros(now),
                        micros(now.plus(window)),
                        Long.toString(Math.max(1, window.toMillis())));
        return new Tally(
                Math.toIntExact((Long) answer.getFirst()), instant((String) answer.getLast()));
    }

    @Override
    public void forgive(String key) {
        link.call("forgive attempts", c -> c.del(Keys.tries(key)));
    }

    /// Ends the connections. Idempotent.
    @Override
    public void close() {
        link.close();
    }

    /// In batches, since Redis does nothing else during a script. Each batch takes what it looked
    /// at out of the index, so this comes to an end.
    private int forget(String index, String other, Instant before) {
        int ended = 0;
        while (true) {
            var answer =
                    link.run(
                            "forget old sessions",
                            Script.FORGET,
                            new String[] {index, other},
                            micros(before),
                            Integer.toString(BATCH));
            ended += Math.toIntExact((Long) answer.getFirst());
            if ((Long) answer.getLast() < BATCH) return ended;
        }
    }

    private static Session session(Digest id, List<KeyValue<String, String>> values) {
        return new Session(
                id,
                new AccountId(values.get(0).getValue()),
                Long.parseLong(values.get(1).getValue()),
                instant(values.get(2).getValue()),
                instant(values.get(3).getValue()),
                values.get(4).getValue());
    }

    private static String micros(Instant time) {
        return Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, time));
    }

    private static Instant instant(String micros) {
        return Instant.EPOCH.plus(Long.parseLong(micros), ChronoUnit.MICROS);
    }
}
