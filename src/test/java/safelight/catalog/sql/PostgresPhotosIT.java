package safelight.catalog.sql;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import safelight.catalog.AccountRows;
import safelight.catalog.JobRows;
import safelight.catalog.PhotoRows;
import safelight.catalog.PhotoRowsContract;
import safelight.sql.Database;
import safelight.sql.PostgresAccess;
import safelight.sql.PostgresServer;

/// Photos in PostgreSQL.
class PostgresPhotosIT extends PhotoRowsContract {
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
    protected PhotoRows rows() {
        return new SqlPhotos(database, clock);
    }

    @Override
    protected JobRows jobs() {
        return new SqlJobs(database, clock);
    }

    @Override
    protected AccountRows accounts() {
        return new SqlAccounts(database);
    }
}
