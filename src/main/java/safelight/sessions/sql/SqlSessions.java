package safelight.sessions.sql;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.sessions.Session;
import safelight.sessions.Sessions;
import safelight.sessions.SessionsUnavailable;
import safelight.sql.Access;
import safelight.sql.Database;
import safelight.sql.Row;

/// Sessions and counted sign-in attempts in SQL.
public final class SqlSessions implements Sessions {
    private final Access rows;

    /// In this database.
    public SqlSessions(Database database) {
        this.rows = database.in((what, trouble) -> new SessionsUnavailable(what, trouble.cause()));
    }

    @Override
    public void add(Session session) {
        rows.write(
                "add a session of account " + session.account(),
                s ->
                        s.update(
                                """
                                INSERT INTO session (id, account, epoch, created_at, seen_at,
                                    user_agent)
                                VALUES (?, ?, ?, ?, ?, ?)\
                                """,
                                session.id(),
                                session.account(),
                                session.epoch(),
                                session.created(),
                                session.seen(),
                                session.userAgent()));
    }

    @Override
    public Optional<Session> find(Digest id) {
        return rows.read(
                "find a session",
                s -> s.one("SELECT * FROM session WHERE id = ?", SqlSessions::session, id));
    }

    @Override
    public void touch(Digest id, Instant seen) {
        rows.write(
                "note the use of a session",
                s ->
                        s.update(
                                "UPDATE session SET seen_at = ? WHERE id = ? AND seen_at < ?",
                                seen,
                                id,
                                seen));
    }

    @Override
    public void remove(Digest id) {
        rows.write("end a session", s -> s.update("DELETE FROM session WHERE id = ?", id));
    }

    @Override
    public void removeAll(AccountId account) {
        rows.write(
                "end the sessions of account " + account,
                s -> s.update("DELETE FROM session WHERE account = ?", account));
    }

    @Override
    public int forget(Instant created, Instant seen) {
        return rows.write(
                "forget old sessions",
                statements -> {
                    // Windows that ended before then are over, whatever the time is now.
                    statements.update("DELETE FROM sign_in_attempt WHERE until_at < ?", seen);
                    return statements.update(
                            "DELETE FROM session WHERE created_at < ? OR seen_at < ?",
                            created,
                            seen);
                });
    }

    @Override
    public Tally attempt(String key, Instant now, Duration window) {
        return rows.write(
                        "count an attempt",
                        s ->
                                s.one(
                                        """
                                        INSERT INTO sign_in_attempt (subject, attempts, until_at)
                                        VALUES (?, 1, ?)
                                        ON CONFLICT (subject) DO UPDATE SET
                                            attempts = CASE WHEN sign_in_attempt.until_at <= ?
                                                THEN 1 ELSE sign_in_attempt.attempts + 1 END,
                                            until_at = CASE WHEN sign_in_attempt.until_at <= ?
                                                THEN excluded.until_at
                                                ELSE sign_in_attempt.until_at END
                                        RETURNING attempts, until_at\
                                        """,
                                        row ->
                                                new Tally(
                                                        row.small("attempts"),
                                                        row.instant("until_at")),
                                        key,
                                        now.plus(window),
                                        now,
                                        now))
                .orElseThrow();
    }

    @Override
    public void forgive(String key) {
        rows.write(
                "forgive attempts",
                s -> s.update("DELETE FROM sign_in_attempt WHERE subject = ?", key));
    }

    private static Session session(Row row) throws SQLException {
        return new Session(
                new Digest(row.text("id")),
                new AccountId(row.text("account")),
                row.number("epoch"),
                row.instant("created_at"),
                row.instant("seen_at"),
                row.text("user_agent"));
    }
}
