package safelight.catalog.sql;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import safelight.catalog.PhotoRows;
import safelight.catalog.UploadRows;
import safelight.catalog.UploadRowsContract;
import safelight.sql.Database;

/// Uploads in SQLite.
class SqlUploadsTest extends UploadRowsContract {
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
    protected UploadRows rows() {
        return new SqlUploads(database);
    }

    @Override
    protected PhotoRows photos() {
        return new SqlPhotos(database, clock);
    }
}
