package safelight.catalog.sql;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import safelight.catalog.JobRows;
import safelight.catalog.JobRowsContract;
import safelight.catalog.PhotoRows;
import safelight.sql.Database;
import safelight.sql.PostgresAccess;
import safelight.sql.PostgresServer;

/// Jobs in PostgreSQL.
class PostgresJobsIT extends JobRowsContract {
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
    protected JobRows rows() {
        return new SqlJobs(database, clock);
    }

    @Override
    protected PhotoRows photos() {
        return new SqlPhotos(database, clock);
    }
}
