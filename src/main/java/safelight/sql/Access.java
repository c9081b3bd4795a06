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

    /// Like the other one, while nobody else writes under the lock of this name. Who needs several
    /// locks asks for the most wanted one here: waiting for it takes no connection away from
    /// others.
    public <T> T write(String what, String lock, Work<T> work) {
        try {
            return database.write(lock, work);
        } catch (SQLException e) {
            throw wording.of(what, database.trouble(e));
        }
    }
}
