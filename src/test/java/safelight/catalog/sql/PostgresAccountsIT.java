package safelight.catalog.sql;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import safelight.catalog.AccountRows;
import safelight.catalog.AccountRowsContract;
import safelight.sql.Database;
import safelight.sql.PostgresAccess;
import safelight.sql.PostgresServer;

/// Accounts in PostgreSQL.
class PostgresAccountsIT extends AccountRowsContract {
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
    protected AccountRows rows() {
        return new SqlAccounts(database);
    }
}
