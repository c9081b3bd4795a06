package safelight.catalog.sql;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import safelight.catalog.BatchRows;
import safelight.catalog.BatchRowsContract;
import safelight.catalog.JobRows;
import safelight.catalog.PhotoRows;
import safelight.sql.Database;

/// Batches in SQLite.
class SqlBatchesTest extends BatchRowsContract {
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
