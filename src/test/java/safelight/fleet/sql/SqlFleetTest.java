package safelight.fleet.sql;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import safelight.fleet.Fleet;
import safelight.fleet.FleetContract;
import safelight.sql.Database;

/// Leases in SQLite.
class SqlFleetTest extends FleetContract {
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
    protected Fleet fleet() {
        return new SqlFleet(database);
    }
}
