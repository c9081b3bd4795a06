package safelight.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;

/// An SQLite file, shared by the processes of one host: reads go through a small pool of
/// connections that cannot write, writes through one {@link Writer}.
final class OneWriter implements Traffic {
    private static final int READERS_MAX = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Sqlite engine;
    private final HikariDataSource readers;
    private final Writer writer;

    OneWriter(Sqlite engine) {
        this.engine = engine;
        this.readers = readers(engine);
        this.writer = new Writer(engine, PATIENCE);
        writer.start();
    }

    @Override
    public <T> T read(Work<T> work) throws SQLException {
        try (var connection = readers.getConnection();
                var statements = new Statements(connection, engine)) {
            return work.on(statements);
        }
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

    private static HikariDataSource readers(Sqlite engine) {
        var config = new HikariConfig();
        config.setDataSource(engine.source());
        config.setPoolName("sql-readers");
        config.setConnectionInitSql("PRAGMA query_only = 1");
        config.setMaximumPoolSize(READERS_MAX);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(PATIENCE.toMillis());
        config.setInitializationFailTimeout(PATIENCE.toMillis());
        return new HikariDataSource(config);
    }

    /// Writes what waits and closes all connections.
    @Override
    public void close() {
        writer.close();
        readers.close();
    }
}
