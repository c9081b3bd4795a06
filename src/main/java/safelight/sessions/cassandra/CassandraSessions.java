package safelight.sessions.cassandra;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.cql.Access;
import safelight.cql.Change;
import safelight.cql.CqlCluster;
import safelight.cql.Row;
import safelight.cql.Statements;
import safelight.sessions.Session;
import safelight.sessions.Sessions;
import safelight.sessions.SessionsUnavailable;

/// Sessions and counted sign-in attempts in Cassandra, without any condition.
///
/// A session is written once, with the timestamp 1, so its removal is always younger. The time of
/// its last use is a column whose write timestamp is that time itself, so it never moves back, and
/// one that comes after the removal leaves a row without account, which counts as absent.
///
/// Rows end by themselves (TTL). An attempt is added first and counted then, so the attempt that
/// was written as the n-th counts at least n: of any number at once, no more than n see n or less.
public final class CassandraSessions implements Sessions {
    private static final int COUNTED_MAX = 1_000;
    private static final int SESSIONS_MAX = 1_000;
    // A window may begin by a clock that is minutes off.
    private static final Duration SKEW_MOST = Duration.ofMinutes(10);

    private final Access rows;
    private final int keptSeconds;

    /// In this cluster; sessions end by themselves after `kept`, which is at least as long as they
    /// can be valid.
    public CassandraSessions(CqlCluster cluster, Duration kept) {
        if (kept.toSeconds() < 1) throw new IllegalArgumentException("sessions kept for " + kept);
        this.rows = cluster.in(SessionsUnavailable::new);
        this.keptSeconds = Math.toIntExact(kept.toSeconds());
    }

    @Override
    public void add(Session session) {
        rows.write(
                "add a session of account " + session.account(),
                s -> {
                    // First, so that removeAll finds every session there is.
                    s.change(
                            """
                            INSERT INTO session_of_account (account, id) VALUES (?, ?)
                            USING TIMESTAMP 1 AND TTL ?\
                            """,
                            session.account(),
                            session.id(),
                            keptSeconds);
                    s.together(List.of(born(session), seen(session.id(), session.seen())));
                });
    }

    private Change born(Session session) {
        return Change.of(
                """
                INSERT INTO session (id, account, epoch, created_at, user_agent)
                VALUES (?, ?, ?, ?, ?) USING TIMESTAMP 1 AND TTL ?\
                """,
                session.id(),
                session.account(),
                session.epoch(),
                session.created(),
                session.userAgent(),
                keptSeconds);
    }

    private Change seen(Digest id, Instant at) {
        return Change.of(
                "UPDATE session USING TIMESTAMP ? AND TTL ? SET seen_at = ? WHERE id = ?",
                Statements.micros(at),
                keptSeconds,
                at,
                id);
    }

    @Override
    public Optional<Session> find(Digest id) {
        return rows.run(
                "find a session",
                s ->
                        s.one("SELECT * FROM session WHERE id = ?", CassandraSessions::session, id)
                                .flatMap(found -> found));
    }

    @Override
    public void touch(Digest id, Instant seen) {
        rows.write(
                "note the use of a session",
                s -> {
                    s.together(List.of(seen(id, seen)));
                });
    }

    @Override
    public void remove(Digest id) {
        rows.write(
                "end a session",
                s -> {
                    // What is left in session_of_account ends by itself.
                    s.change("DELETE FROM session WHERE id = ?", id);
                });
    }

    @Override
    public void removeAll(AccountId account) {
        rows.write(
                "end the sessions of account " + account,
                s -> {
                    while (true) {
                        var some =
                                s.all(
                                        "SELECT id FROM session_of_account WHERE account = ?"
                                                + " LIMIT ?",
                                        row -> row.text("id"),
                                        account,
                                        SESSIONS_MAX);
                        s.each(
                                some.stream()
                                        .map(id ->
                                                Change.of("DELETE FROM session WHERE id = ?", id))
                                        .toList());
                        s.each(some.stream().flatMap(id -> unlisted(account, id)).toList());
                        if (some.size() < SESSIONS_MAX) return;
                    }
                });
    }

    private static Stream<Change> unlisted(AccountId account, String id) {
        return Stream.of(
                Change.of(
                        "DELETE FROM session_of_account WHERE account = ? AND id = ?",
                        account,
                        id));
    }

    /// Nothing to do: rows end by themselves.
    @Override
    public int forget(Instant created, Instant seen) {
        return 0;
    }

    @Override
    public Tally attempt(String key, Instant now, Duration window) {
        return rows.run(
                "count an attempt",
                s -> {
                    var before = open(s, key, now);
                    var until = before.stream().findFirst().orElse(now.plus(window));
                    if (before.size() >= COUNTED_MAX) return new Tally(COUNTED_MAX, until);
                    s.changeOnce(
                            """
                            INSERT INTO sign_in_attempt (subject, until_at, id)
                            VALUES (?, ?, now()) USING TTL ?\
                            """,
                            key,
                            until,
                            Math.toIntExact(window.plus(SKEW_MOST).toSeconds()));
                    return new Tally(open(s, key, now).size(), until);
                });
    }

    private static List<Instant> open(Statements statements, String key, Instant now) {
        return statements.all(
                "SELECT until_at FROM sign_in_attempt WHERE subject = ? AND until_at > ? LIMIT ?",
                row -> row.instant("until_at"),
                key,
                now,
                COUNTED_MAX);
    }

    @Override
    public void forgive(String key) {
        rows.write(
                "forgive attempts",
                s -> {
                    s.change("DELETE FROM sign_in_attempt WHERE subject = ?", key);
                });
    }

    private static Optional<Session> session(Row row) {
        if (!row.has("account")) return Optional.empty();
        return Optional.of(
                new Session(
                        new Digest(row.text("id")),
                        new AccountId(row.text("account")),
                        row.number("epoch"),
                        row.instant("created_at"),
                        row.maybeInstant("seen_at").orElse(row.instant("created_at")),
                        row.text("user_agent")));
    }
}
