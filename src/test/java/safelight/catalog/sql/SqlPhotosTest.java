package safelight.catalog.sql;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import safelight.catalog.AccountRows;
import safelight.catalog.JobRows;
import safelight.catalog.PhotoRows;
import safelight.catalog.PhotoRowsContract;
import safelight.sql.Database;

/// Photos in SQLite.
class SqlPhotosTest extends PhotoRowsContract {
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
