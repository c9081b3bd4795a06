package safelight.catalog.sql;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import safelight.catalog.BatchRows;
import safelight.catalog.BatchRowsContract;
import safelight.catalog.JobRows;
import safelight.catalog.PhotoRows;
import safelight.sql.Database;
import safelight.sql.PostgresAccess;
import safelight.sql.PostgresServer;

/// Batches in PostgreSQL.
class PostgresBatchesIT extends BatchRowsContract {
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
    protected BatchRows rows() {
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
