package safelight.sql;

import java.sql.SQLException;

/// Some statements that belong together. It touches nothing but the database, because it may be
/// rolled back; what it throws rolls back it alone.
@FunctionalInterface
public interface Work<T> {
    /// Runs them.
    T on(Statements statements) throws SQLException;
}
