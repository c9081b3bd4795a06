package safelight.accounts;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import safelight.catalog.AccountRows;
import safelight.catalog.sql.SqlAccounts;
import safelight.sessions.Sessions;
import safelight.sessions.sql.SqlSessions;
import safelight.sql.Database;

/// Both in one SQLite file.
class SqliteEndsTest extends EndsContract {
    @TempDir private Path folder;
    private final List<Database> opened = new ArrayList<>();

    private Database database() {
        var database = Database.open(folder.resolve("catalog.db"));
        opened.add(database);
        return database;
    }

    @Override
    AccountRows rows() {
        return new SqlAccounts(database());
    }

    @Override
    Sessions sessions() {
        return new SqlSessions(database());
    }

    @Override
    void close() {
        opened.forEach(Database::close);
    }
}
