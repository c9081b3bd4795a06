package safelight.sql;

import java.sql.SQLException;
import java.time.Duration;

/// An SQLite file, shared by the processes of one host: reads go through a small pool of
/// connections that cannot write, writes through one {@link Writer}.
final class OneWriter implements Traffic {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Readers readers;
    private final Writer writer;

    OneWriter(Sqlite engine) {
        this.readers = new Readers(engine, PATIENCE);
        this.writer = new Writer(engine, PATIENCE);
        writer.start();
    }

    @Override
    public <T> T read(Work<T> work) throws SQLException {
        return readers.read(work);
    }

    @Override
    public <T> T write(Work<T> work) throws SQLException {
        return writer.run(work);
    }

    @Override
    public <T> T write(String lock, Work<T> work) throws SQLException {
        return writer.run(work);
    }

    @Override
    public int waiting() {
        return writer.waiting();
    }

    @Override
    public boolean isWriting() {
        return writer.isRunning();
    }

    /// Writes what waits and closes all connections.
    @Override
    public void close() {
        writer.close();
        readers.close();
    }
}
