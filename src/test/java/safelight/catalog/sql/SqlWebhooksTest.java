package safelight.catalog.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.catalog.BatchRows;
import safelight.catalog.JobRows;
import safelight.catalog.PhotoRows;
import safelight.catalog.WebhookRows;
import safelight.catalog.WebhookRowsContract;
import safelight.sql.Database;

/// Webhooks in SQLite.
class SqlWebhooksTest extends WebhookRowsContract {
    @TempDir private Path directory;
    private Database database;

    @BeforeEach
    void open() {
        database = Database.open(directory.resolve("catalog.db"));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Override
    protected WebhookRows rows() {
        return new SqlWebhooks(database);
    }

    @Override
    protected JobRows jobs() {
        return new SqlJobs(database, clock);
    }

    @Override
    protected BatchRows batches() {
        return new SqlBatches(database, clock);
    }

    @Override
    protected PhotoRows photos() {
        return new SqlPhotos(database, clock);
    }

    @Test
    void oldDeliveriesAreForgottenWithTheirAttempts() {
        var account = samples.accountId();
        var host = host();
        failed(account, host);
        var old = claim(host).getFirst();
        rows().note(
                        old,
                        new safelight.catalog.Delivery.Attempt(
                                clock.instant(),
                                1,
                                java.util.Optional.of(500),
                                java.util.Optional.empty(),
                                ""));
        var since = clock.instant();
        clock.advance(java.time.Duration.ofSeconds(1));
        failed(account, host);

        assertThat(rows().forget(since)).isEqualTo(1);

        assertThat(of(account)).hasSize(1).doesNotContain(old);
        assertThat(rows().attempts(old.id())).isEmpty();
    }
}
