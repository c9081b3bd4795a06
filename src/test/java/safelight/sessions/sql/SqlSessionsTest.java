package safelight.sessions.sql;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import safelight.sessions.Sessions;
import safelight.sessions.SessionsContract;
import safelight.sql.Database;

/// Sessions in SQLite.
class SqlSessionsTest extends SessionsContract {
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
    protected Sessions sessions() {
        return new SqlSessions(database);
    }
}
