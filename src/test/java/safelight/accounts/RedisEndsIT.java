package safelight.accounts;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import safelight.catalog.AccountRows;
import safelight.catalog.sql.SqlAccounts;
import safelight.sessions.Sessions;
import safelight.sessions.redis.RedisServer;
import safelight.sessions.redis.RedisSessions;
import safelight.sql.Database;
import safelight.sql.PostgresAccess;
import safelight.sql.PostgresServer;

/// Accounts in PostgreSQL, sessions in Redis: two engines, and no step that changes both.
class RedisEndsIT extends EndsContract {
    @TempDir static Path folder;
    private static RedisServer server;

    private final PostgresAccess access = PostgresServer.shared().fresh();
    private final List<Database> databases = new ArrayList<>();
    private final List<RedisSessions> links = new ArrayList<>();

    @BeforeAll
    static void start() {
        server = RedisServer.start(folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    AccountRows rows() {
        var database = Database.join(access);
        databases.add(database);
        return new SqlAccounts(database);
    }

    @Override
    Sessions sessions() {
        var link = RedisSessions.open(server.access(), Duration.ofDays(30));
        links.add(link);
        return link;
    }

    @Override
    void close() {
        links.forEach(RedisSessions::close);
        databases.forEach(Database::close);
        PostgresServer.shared().giveBack(access);
    }
}
