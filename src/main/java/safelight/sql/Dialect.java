package safelight.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/// What is particular about a database whose SQL is otherwise that of all. Thread-safe.
sealed interface Dialect permits Sqlite, Postgres {
    /// Connections of which each is new, for migrations: no statement of theirs is cut short.
    DataSource source();

    /// Where this database's migrations are.
    String migrations();

    /// Whether there is such a table where the migrations put theirs.
    boolean hasTable(Connection connection, String name) throws SQLException;

    /// Runs the work while no other process or thread migrates this database.
    void alone(Migration work) throws SQLException;

    /// The statement that takes a lock by its name until the transaction ends; none if one writer
    /// has all of them anyway.
    Optional<String> lock();

    /// The text as this database can keep it.
    String text(String value);

    /// Whether the database has no room.
    boolean isFull(SQLException e);

    /// Brings a schema up to date.
    @FunctionalInterface
    interface Migration {
        /// Runs it.
        void run() throws SQLException;
    }
}
