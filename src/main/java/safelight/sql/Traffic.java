package safelight.sql;

import java.sql.SQLException;

/// The way of reads and writes to one database and back. Thread-safe.
sealed interface Traffic extends AutoCloseable permits OneWriter, ManyWriters {
    /// Runs the work outside of a transaction.
    <T> T read(Work<T> work) throws SQLException;

    /// Runs the work in a transaction of which nothing is lost once this returns.
    <T> T write(Work<T> work) throws SQLException;

    /// Like that, while nobody else has the lock of this name.
    <T> T write(String lock, Work<T> work) throws SQLException;

    /// How many wait for their turn.
    int waiting();

    /// Whether writes are still taken.
    boolean isWriting();

    @Override
    void close();
}
