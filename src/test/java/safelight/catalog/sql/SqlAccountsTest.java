package safelight.catalog.sql;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import safelight.catalog.AccountRows;
import safelight.catalog.AccountRowsContract;
import safelight.sql.Database;

/// Accounts in SQLite.
class SqlAccountsTest extends AccountRowsContract {
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
    protected AccountRows rows() {
        return new SqlAccounts(database);
    }
}
