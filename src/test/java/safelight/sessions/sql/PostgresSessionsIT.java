package safelight.sessions.sql;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import safelight.sessions.Sessions;
import safelight.sessions.SessionsContract;
import safelight.sql.Database;
import safelight.sql.PostgresAccess;
import safelight.sql.PostgresServer;

/// Sessions in PostgreSQL.
class PostgresSessionsIT extends SessionsContract {
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
    protected Sessions sessions() {
        return new SqlSessions(database);
    }
}
