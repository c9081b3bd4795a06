package safelight.catalog.sql;

import java.sql.SQLException;
import java.time.Instant;
import safelight.base.AccountId;
import safelight.base.BatchId;
import safelight.base.DeliveryId;
import safelight.catalog.Delivery;
import safelight.catalog.Job;
import safelight.sql.Row;
import safelight.sql.Statements;

/// The statements on deliveries that belong to the transaction in which a job ends.
final class WebhookStatements {
    private WebhookStatements() {}

    /// What has to be told of a job that has just changed. The caller holds the lock of its
    /// account's jobs, so of several last jobs of a batch one sees that all have ended.
    static void tell(Statements statements, Job job, Instant now) throws SQLException {
        if (!job.status().state().isFinal()) return;
        var told = Delivery.of(job);
        if (told.isPresent()) insert(statements, told.get());
        var batch = job.order().batch();
        if (batch.isPresent())
            tellOfBatch(statements, batch.get(), now, job.id() + "/" + job.version());
    }

    /// If all of its jobs have ended. Asks for the last one first: jobs run in their order, so it
    /// is found at once until the end is near.
    static void tellOfBatch(Statements statements, BatchId id, Instant now, String cause)
            throws SQLException {
        var ended =
                statements.one(
                        """
                        SELECT * FROM batch WHERE id = ? AND webhook IS NOT NULL AND (
                            SELECT id FROM job
                            WHERE batch = ? AND state IN ('QUEUED', 'RUNNING')
                            ORDER BY id DESC LIMIT 1) IS NULL\
                        """,
                        SqlBatches::batch,
                        id,
                        id);
        if (ended.isEmpty()) return;
        var told = Delivery.of(ended.get(), now, cause);
        if (told.isPresent()) insert(statements, told.get());
    }

    private static void insert(Statements statements, Delivery delivery) throws SQLException {
        var event = delivery.event();
        statements.update(
                """
                INSERT INTO webhook_delivery (id, account, type, subject, url, host, created_at,
                    state, tries, due_at, version)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING\
                """,
                delivery.id(),
                event.account(),
                event.type(),
                event.subject(),
                event.url(),
                event.host(),
                event.at(),
                delivery.state(),
                delivery.tries(),
                delivery.due(),
                delivery.version());
    }

    static Delivery delivery(Row row) throws SQLException {
        return new Delivery(
                new DeliveryId(row.text("id")),
                new Delivery.Event(
                        new AccountId(row.text("account")),
                        row.constant("type", Delivery.Type.class),
                        row.text("subject"),
                        row.text("url"),
                        row.instant("created_at")),
                row.constant("state", Delivery.State.class),
                row.small("tries"),
                row.instant("due_at"),
                row.number("version"));
    }
}
