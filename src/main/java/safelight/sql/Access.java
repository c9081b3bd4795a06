package safelight.sql;

import java.sql.SQLException;

/// A database as one port sees it: its failures come out in the port's own words. Thread-safe.
public final class Access {
    private final Database database;
    private final Wording wording;

    Access(Database database, Wording wording) {
        this.database = database;
        this.wording = wording;
    }

    /// Reads. `what` completes "failed to ...".
    public <T> T read(String what, Work<T> work) {
        try {
            return database.read(work);
        } catch (SQLException e) {
            throw wording.of(what, database.trouble(e));
        }
    }

    /// Writes in one transaction, which is durable when this returns.
    public <T> T write(String what, Work<T> work) {
        try {
            return database.write(work);
        } catch (SQLException e) {
            throw wording.of(what, database.trouble(e));
        }
    }
}
