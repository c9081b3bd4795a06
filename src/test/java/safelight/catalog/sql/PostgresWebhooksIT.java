package safelight.catalog.sql;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import safelight.catalog.BatchRows;
import safelight.catalog.JobRows;
import safelight.catalog.PhotoRows;
import safelight.catalog.WebhookRows;
import safelight.catalog.WebhookRowsContract;
import safelight.sql.Database;
import safelight.sql.PostgresAccess;
import safelight.sql.PostgresServer;

/// Webhooks in PostgreSQL.
class PostgresWebhooksIT extends WebhookRowsContract {
    private PostgresAccess access;
    private Database database;

    @BeforeEach
    void open() {
        access = PostgresServer.shared().fresh();
        database = Database.join(access);
    }

    @AfterEach
    void close() {
        database.close();
        PostgresServer.shared().giveBack(access);
    }

    @Override
    protected WebhookRows rows() {
        return new SqlWebhooks(database);
    }

    @Override
    protected BatchRows batches() {
        return new SqlBatches(database, clock);
    }

    @Override
    protected JobRows jobs() {
        return new SqlJobs(database, clock);
    }

    @Override
    protected PhotoRows photos() {
        return new SqlPhotos(database, clock);
    }
}
