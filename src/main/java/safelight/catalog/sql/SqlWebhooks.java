package safelight.catalog.sql;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import safelight.base.AccountId;
import safelight.base.DeliveryId;
import safelight.base.Page;
import safelight.catalog.Delivery;
import safelight.catalog.WebhookRows;
import safelight.catalog.WebhookSecret;
import safelight.sql.Access;
import safelight.sql.Database;
import safelight.sql.Row;
import safelight.sql.Statements;

/// Deliveries to webhooks, and the secrets that sign them, in SQL.
public final class SqlWebhooks implements WebhookRows {
    private static final int FORGOTTEN_MAX = 1_000;
    private static final int ATTEMPTS_MAX = 200;
    private static final int COUNTED_MAX = 10_000;

    private final Access rows;

    /// In this database.
    public SqlWebhooks(Database database) {
        this.rows = database.in(CatalogWording.WORDS);
    }

    /// Steps from host to host in the index, so that it costs as much as there are hosts, however
    /// much waits for one of them.
    @Override
    public List<String> hosts(String after, Instant now, int most) {
        return rows.read(
                "list receivers of webhooks",
                s ->
                        s.all(
                                """
                                WITH RECURSIVE step (host) AS (
                                    SELECT MIN(host) FROM webhook_delivery
                                    WHERE state = 'PENDING' AND host > ?
                                    UNION ALL
                                    SELECT (SELECT MIN(next.host) FROM webhook_delivery AS next
                                        WHERE next.state = 'PENDING' AND next.host > step.host)
                                    FROM step WHERE step.host IS NOT NULL)
                                SELECT host FROM step
                                WHERE host IS NOT NULL AND EXISTS (
                                    SELECT 1 FROM webhook_delivery AS due
                                    WHERE due.state = 'PENDING' AND due.host = step.host
                                        AND due.due_at <= ?)
                                LIMIT ?\
                                """,
                                row -> row.text("host"),
                                after,
                                now,
                                most));
    }

    @Override
    public List<Delivery> claim(
            String host, Set<AccountId> without, Instant now, Instant until, int most) {
        return rows.write(
                "take deliveries to " + host + " in hand",
                s -> claim(s, due(s, host, without, now, most), until));
    }

    private static List<Delivery> due(
            Statements statements, String host, Set<AccountId> without, Instant now, int most)
            throws SQLException {
        var values = new ArrayList<Object>(List.of(host, now));
        values.addAll(without);
        values.add(most);
        return statements.all(
                """
                SELECT * FROM webhook_delivery
                WHERE state = 'PENDING' AND host = ? AND due_at <= ?%s
                ORDER BY due_at LIMIT ?\
                """
                        .formatted(" AND account <> ?".repeat(without.size())),
                WebhookStatements::delivery,
                values.toArray());
    }

    private static List<Delivery> claim(Statements statements, List<Delivery> due, Instant until)
            throws SQLException {
        var claimed = new ArrayList<Delivery>();
        for (var delivery : due) {
            var mine =
                    new Delivery(
                            delivery.id(),
                            delivery.event(),
                            delivery.state(),
                            delivery.tries(),
                            until,
                            delivery.version());
            change(statements, mine).ifPresent(claimed::add);
        }
        return claimed;
    }

    /// Empty if somebody else changed it first.
    private static Optional<Delivery> change(Statements statements, Delivery next)
            throws SQLException {
        int changed =
                statements.update(
                        """
                        UPDATE webhook_delivery
                        SET state = ?, tries = ?, due_at = ?, version = version + 1
                        WHERE id = ? AND version = ?\
                        """,
                        next.state(),
                        next.tries(),
                        next.due(),
                        next.id(),
                        next.version());
        if (changed == 0) return Optional.empty();
        return Optional.of(
                new Delivery(
                        next.id(),
                        next.event(),
                        next.state(),
                        next.tries(),
                        next.due(),
                        next.version() + 1));
    }

    /// The number is that of the claim, which is nobody else's.
    @Override
    public boolean note(Delivery next, Delivery.Attempt attempt) {
        return rows.write(
                "note what became of delivery " + next.id(),
                statements -> {
                    statements.update(
                            """
                            INSERT INTO webhook_attempt (delivery, number, at, took_ms, status,
                                error, excerpt)
                            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING\
                            """,
                            next.id(),
                            next.version(),
                            attempt.at(),
                            attempt.tookMs(),
                            attempt.status(),
                            attempt.error(),
                            attempt.excerpt());
                    return change(statements, next).isPresent();
                });
    }

    @Override
    public Optional<Delivery> find(DeliveryId id) {
        return rows.read("find delivery " + id, s -> find(s, id));
    }

    private static Optional<Delivery> find(Statements statements, DeliveryId id)
            throws SQLException {
        return statements.one(
                "SELECT * FROM webhook_delivery WHERE id = ?", WebhookStatements::delivery, id);
    }

    @Override
    public Page<Delivery> list(
            AccountId account, Optional<Delivery.State> state, Page.Request page) {
        var below = Cursor.below(page.cursor());
        var found =
                rows.read(
                        "list the deliveries of account " + account,
                        s ->
                                state.isPresent()
                                        ? listed(s, account, state.get(), below, page.limit() + 1)
                                        : listed(s, account, below, page.limit() + 1));
        return Page.cut(found, page.limit(), delivery -> Cursor.after(delivery.id().value()));
    }

    private static List<Delivery> listed(
            Statements statements, AccountId account, String below, int limit) throws SQLException {
        return statements.all(
                """
                SELECT * FROM webhook_delivery WHERE account = ? AND id < ?
                ORDER BY id DESC LIMIT ?\
                """,
                WebhookStatements::delivery,
                account,
                below,
                limit);
    }

    private static List<Delivery> listed(
            Statements statements, AccountId account, Delivery.State state, String below, int limit)
            throws SQLException {
        return statements.all(
                """
                SELECT * FROM webhook_delivery WHERE account = ? AND state = ? AND id < ?
                ORDER BY id DESC LIMIT ?\
                """,
                WebhookStatements::delivery,
                account,
                state,
                below,
                limit);
    }

    @Override
    public List<Delivery.Attempt> attempts(DeliveryId id) {
        return rows.read(
                        "list the attempts of delivery " + id,
                        s ->
                                s.all(
                                        """
                                        SELECT * FROM webhook_attempt WHERE delivery = ?
                                        ORDER BY number DESC LIMIT ?\
                                        """,
                                        SqlWebhooks::attempt,
                                        id,
                                        ATTEMPTS_MAX))
                .reversed();
    }

    private static Delivery.Attempt attempt(Row row) throws SQLException {
        int status = row.small("status");
        return new Delivery.Attempt(
                row.instant("at"),
                row.number("took_ms"),
                status == 0 ? Optional.empty() : Optional.of(status),
                row.maybeText("error"),
                row.text("excerpt"));
    }

    @Override
    public Optional<Delivery> resend(DeliveryId id, Instant now) {
        return rows.write(
                "send delivery " + id + " again",
                statements -> {
                    statements.update(
                            """
                            UPDATE webhook_delivery
                            SET state = 'PENDING', tries = 0, due_at = ?, version = version + 1
                            WHERE id = ?\
                            """,
                            now,
                            id);
                    return find(statements, id);
                });
    }

    @Override
    public int forget(Instant before) {
        int forgotten = 0;
        while (true) {
            int some = rows.write("forget old deliveries", s -> forgetSome(s, before));
            forgotten += some;
            if (some < FORGOTTEN_MAX) return forgotten;
        }
    }

    private static int forgetSome(Statements statements, Instant before) throws SQLException {
        var ids =
                statements.all(
                        """
                        SELECT id FROM webhook_delivery WHERE created_at < ?
                        ORDER BY created_at, id LIMIT ?\
                        """,
                        row -> List.<Object>of(row.text("id")),
                        before,
                        FORGOTTEN_MAX);
        statements.updateEach("DELETE FROM webhook_attempt WHERE delivery = ?", ids);
        statements.updateEach("DELETE FROM webhook_delivery WHERE id = ?", ids);
        return ids.size();
    }

    @Override
    public Delivery.Backlog backlog() {
        return rows.read(
                "count pending deliveries",
                s ->
                        s.one(
                                        """
                                        SELECT COUNT(*) AS n, MIN(created_at) AS oldest FROM (
                                            SELECT created_at FROM webhook_delivery
                                            WHERE state = 'PENDING' LIMIT ?) AS pending\
                                        """,
                                        row ->
                                                new Delivery.Backlog(
                                                        row.number("n"),
                                                        row.maybeInstant("oldest")),
                                        COUNTED_MAX)
                                .orElseThrow());
    }

    @Override
    public Optional<WebhookSecret> secret(AccountId account) {
        return rows.read("find the secret of account " + account, s -> secret(s, account));
    }

    private static Optional<WebhookSecret> secret(Statements statements, AccountId account)
            throws SQLException {
        return statements.one(
                "SELECT * FROM webhook_secret WHERE account = ?",
                row ->
                        new WebhookSecret(
                                row.text("current_key"),
                                row.maybeText("previous_key"),
                                row.instant("since_at")),
                account);
    }

    @Override
    public WebhookSecret secretOr(AccountId account, WebhookSecret fresh) {
        return rows.write(
                "give account " + account + " a secret",
                statements -> {
                    statements.update(
                            """
                            INSERT INTO webhook_secret (account, current_key, previous_key,
                                since_at)
                            VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING\
                            """,
                            account,
                            fresh.current(),
                            fresh.previous(),
                            fresh.since());
                    return secret(statements, account).orElseThrow();
                });
    }

    @Override
    public boolean replaceSecret(AccountId account, WebhookSecret before, WebhookSecret next) {
        return rows.write(
                "replace the secret of account " + account,
                s ->
                        s.update(
                                        """
                                        UPDATE webhook_secret
                                        SET current_key = ?, previous_key = ?, since_at = ?
                                        WHERE account = ? AND current_key = ?\
                                        """,
                                        next.current(),
                                        next.previous(),
                                        next.since(),
                                        account,
                                        before.current())
                                == 1);
    }
}
