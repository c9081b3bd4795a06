package safelight.accounts;

import java.util.ArrayList;
import java.util.List;
import safelight.catalog.AccountRows;
import safelight.catalog.sql.SqlAccounts;
import safelight.sessions.Sessions;
import safelight.sessions.sql.SqlSessions;
import safelight.sql.Database;
import safelight.sql.PostgresAccess;
import safelight.sql.PostgresServer;

/// Both in one database of PostgreSQL.
class PostgresEndsIT extends EndsContract {
    private final PostgresAccess access = PostgresServer.shared().fresh();
    private final List<Database> opened = new ArrayList<>();

    private Database database() {
        var database = Database.join(access);
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
        PostgresServer.shared().giveBack(access);
    }
}
