package safelight.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import safelight.base.AtOnce;

/// Transactions, the schema's version and the manners of connections, on PostgreSQL.
class PostgresDatabaseIT {
    private static final String ADD =
            "INSERT INTO sign_in_attempt (subject, attempts, until_at) VALUES (?, 1, 0)";
    private static final String COUNT = "SELECT COUNT(*) AS n FROM sign_in_attempt";
    private static final int WAITERS = 40;
    private static final Duration MUCH_TOO_LONG = Duration.ofSeconds(60);

    /// A port's failure, for tests.
    private static final class Down extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Down(String what, Exception cause) {
            super(what, cause);
        }
    }

    private final PostgresServer server = PostgresServer.shared();
    private PostgresAccess access;

    @BeforeEach
    void create() {
        access = server.created("");
    }

    @AfterEach
    void drop() {
        server.drop(access);
    }

    private String name() {
        return access.place().substring(access.place().lastIndexOf('/') + 1);
    }

    private static Access rows(Database database) {
        return database.in((what, trouble) -> new Down(what, trouble.cause()));
    }

    private static int add(Database database, String subject) {
        return rows(database).write("add", s -> s.update(ADD, subject));
    }

    private static long count(Database database) {
        return rows(database).read("count", s -> s.number(COUNT));
    }

    private static void execute(Database database, String sql) {
        rows(database).write(sql, s -> s.update(sql));
    }

    private static long setting(Access rows, String sql) {
        return rows.read("ask", s -> s.number(sql));
    }

    @Test
    void serversThatStartAtOnceMigrateOnce() throws Exception {
        var opened = AtOnce.run(5, _ -> Database.open(access));

        var database = opened.getFirst();
        var versions =
                rows(database)
                        .read(
                                "look",
                                s ->
                                        s.all(
                                                "SELECT version FROM flyway_schema_history"
                                                        + " ORDER BY installed_rank",
                                                row -> row.text("version")));
        assertThat(versions).doesNotHaveDuplicates().startsWith("1", "2", "3");
        for (var each : opened) add(each, each.toString());
        assertThat(count(database)).isEqualTo(5);
        opened.forEach(Database::close);
    }

    @Test
    void joiningDoesNotMigrate() {
        assertThatThrownBy(() -> Database.join(access))
                .isInstanceOf(SchemaRefused.class)
                .hasMessageContaining("older than this release");
    }

    @Test
    void newerSchemaIsRefused() {
        try (var database = Database.open(access)) {
            execute(
                    database,
                    "INSERT INTO flyway_schema_history (installed_rank, version, description, type,"
                            + " script, installed_by, execution_time, success)"
                            + " VALUES (99, '99', 'x', 'SQL', 'V99__x.sql', '', 1, true)");
        }

        assertThatThrownBy(() -> Database.open(access))
                .isInstanceOf(SchemaRefused.class)
                .hasMessageContaining("version 99");
        assertThatThrownBy(() -> Database.join(access)).isInstanceOf(SchemaRefused.class);
    }

    @Test
    void failedMigrationIsRefused() {
        try (var database = Database.open(access)) {
            execute(database, "UPDATE flyway_schema_history SET success = false");
        }

        assertThatThrownBy(() -> Database.open(access))
                .isInstanceOf(SchemaRefused.class)
                .hasMessageContaining("V1__catalog.sql");
    }

    @Test
    void strangersDatabaseIsRefused() throws SQLException {
        try (var connection = new Postgres(access).source().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE theirs (id INTEGER)");
        }

        assertThatThrownBy(() -> Database.open(access)).isInstanceOf(SchemaRefused.class);
    }

    @Test
    void wrongPasswordIsToldWithoutIt() {
        var wrong = new PostgresAccess(access.url() + "?password=hidden", "nobody", "secret", 1);

        assertThatThrownBy(() -> Database.open(wrong))
                .isInstanceOf(Database.CannotOpen.class)
                .hasMessageContaining(access.url())
                .hasMessageContaining("password")
                .hasMessageNotContainingAny("secret", "hidden");
        assertThat(wrong.toString()).isEqualTo("nobody at " + access.url());
    }

    @Test
    void urlsThatAreNoneAreRefusedWithoutShowingThem() {
        for (var url :
                List.of("", "jdbc:sqlite:x", "jdbc:postgresql://host:port/x?password=hidden"))
            assertThatThrownBy(() -> new PostgresAccess(url, "u", "p", 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("hidden");
        assertThatThrownBy(() -> new PostgresAccess(access.url(), "u", "p", 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void encodingThatCannotKeepNamesIsRefused() {
        var ascii = server.created("TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc");

        assertThatThrownBy(() -> Database.open(ascii))
                .isInstanceOf(Database.CannotOpen.class)
                .hasMessageContaining("UTF8");
        server.drop(ascii);
    }

    @Test
    void failingWorkRollsBackAlone() throws Exception {
        try (var database = Database.open(access)) {
            var outcomes = AtOnce.run(12, i -> outcome(database, i));

            assertThat(outcomes)
                    .containsExactly(
                            "done", "sql", "runtime", "error", "done", "sql", "runtime", "error",
                            "done", "sql", "runtime", "error");
            assertThat(count(database)).isEqualTo(3);
        }
    }

    /// Every work adds a row first; three of four then fail, each in its way.
    private static String outcome(Database database, int number) {
        try {
            rows(database)
                    .write(
                            "add",
                            s -> {
                                s.update(ADD, "row" + number);
                                return switch (number % 4) {
                                    case 1 -> s.update("INSERT INTO nowhere VALUES (1)");
                                    case 2 -> throw new IllegalArgumentException("mine");
                                    case 3 -> throw new AssertionError("mine");
                                    default -> 1;
                                };
                            });
            return "done";
        } catch (Down e) {
            return "sql";
        } catch (IllegalArgumentException e) {
            return "runtime";
        } catch (AssertionError e) {
            return "error";
        }
    }

    @Test
    void deadlockIsSettledByTryingAgain() throws Exception {
        // By itself the server looks after a second, and two of three seconds would be gone.
        server.administrate("ALTER DATABASE " + name() + " SET deadlock_timeout = '100ms'");
        try (var database = Database.open(access)) {
            add(database, "a");
            add(database, "b");
            var both = new CyclicBarrier(2);

            var changed =
                    AtOnce.run(
                            2,
                            i -> {
                                var order = i == 0 ? List.of("a", "b") : List.of("b", "a");
                                return rows(database).write("cross", s -> crossed(s, order, both));
                            });

            assertThat(changed).containsExactly(2, 2);
            assertThat(
                            rows(database)
                                    .<Long>read(
                                            "sum",
                                            s ->
                                                    s.number(
                                                            "SELECT SUM(attempts) AS n FROM"
                                                                    + " sign_in_attempt")))
                    .isEqualTo(6);
        }
    }

    private static int crossed(Statements statements, List<String> order, CyclicBarrier both)
            throws SQLException {
        int changed = 0;
        for (var subject : order) {
            changed +=
                    statements.update(
                            "UPDATE sign_in_attempt SET attempts = attempts + 1"
                                    + " WHERE subject = ?",
                            subject);
            // Only the first time both come here; who tries again is alone.
            if (changed == 1 && !both.isBroken()) awaitBoth(both);
        }
        return changed;
    }

    private static void awaitBoth(CyclicBarrier both) {
        try {
            both.await(1, TimeUnit.SECONDS);
        } catch (Exception e) {
            assertThat(both.isBroken()).isTrue();
        }
    }

    @Test
    void columnsThatAMigrationAddsDoNotDisturbThoseWhoRun() {
        try (var database = Database.open(access)) {
            add(database, "a");
            for (int i = 0; i < 20; i++) assertThat(subjects(database)).containsExactly("a");

            execute(database, "ALTER TABLE sign_in_attempt ADD COLUMN later INTEGER");

            for (int i = 0; i < 20; i++) {
                assertThat(subjects(database)).containsExactly("a");
                var written =
                        rows(database)
                                .write(
                                        "look",
                                        s ->
                                                s.all(
                                                        "SELECT * FROM sign_in_attempt",
                                                        row -> row.text("subject")));
                assertThat(written).hasSize(1);
                if (i == 10)
                    execute(database, "ALTER TABLE sign_in_attempt ADD COLUMN last INTEGER");
            }
        }
    }

    private static List<String> subjects(Database database) {
        return rows(database)
                .read(
                        "look",
                        s -> s.all("SELECT * FROM sign_in_attempt", row -> row.text("subject")));
    }

    @Test
    void commitsAreSyncedWhateverTheDatabaseSays() {
        server.administrate(
                "ALTER DATABASE " + name() + " SET synchronous_commit = off",
                "ALTER DATABASE " + name() + " SET default_transaction_isolation = serializable");
        try (var database = Database.open(access)) {
            var rows = rows(database);
            var on = "SELECT 1 AS n WHERE current_setting('%s') = '%s'";

            assertThat(setting(rows, on.formatted("synchronous_commit", "on"))).isEqualTo(1);
            assertThat(setting(rows, on.formatted("transaction_isolation", "read committed")))
                    .isEqualTo(1);
        }
    }

    @Test
    void waitForAStatementOrALockEnds() {
        try (var database = Database.open(access);
                var other = Database.join(access)) {
            long began = System.nanoTime();
            assertThatThrownBy(() -> setting(rows(database), "SELECT 1 AS n FROM pg_sleep(60)"))
                    .isInstanceOf(Down.class);

            rows(database)
                    .write(
                            "hold",
                            s -> {
                                s.lock("door");
                                assertThatThrownBy(() -> locked(other)).isInstanceOf(Down.class);
                                return 1;
                            });

            assertThat(locked(other)).isEqualTo(1);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(MUCH_TOO_LONG);
        }
    }

    private static int locked(Database database) {
        return rows(database).write("enter", "door", _ -> 1);
    }

    @Test
    void manyWhoWaitForOneLockLeaveConnectionsToOthers() {
        try (var database = Database.open(access);
                var other = Database.join(access)) {
            int answers = rows(other).write("hold", "door", _ -> askedWhileManyWait(database));

            assertThat(answers).isEqualTo(100);
        }
    }

    private static int askedWhileManyWait(Database database) {
        int answers = 0;
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < WAITERS; i++) tasks.submit(() -> locked(database));
            for (int i = 0; i < 100; i++) answers += (int) setting(rows(database), "SELECT 1 AS n");
            tasks.shutdownNow();
        }
        return answers;
    }

    @Test
    void textsThatPostgresRefusesAreKeptAsNearAsCanBe() {
        try (var database = Database.open(access)) {
            add(database, "a\0b \ud83d\ude00 \ud83d");

            assertThat(subjects(database))
                    .singleElement()
                    .asString()
                    .startsWith("a\ufffdb \ud83d\ude00");
        }
    }

    @Test
    void interruptedCallerHarmsNobodyElse() {
        try (var database = Database.open(access)) {
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> add(database, "interrupted")).isInstanceOf(Down.class);

            assertThat(Thread.interrupted()).isTrue();
            add(database, "next");
        }
    }

    @Test
    void closedDatabaseRefuses() {
        var database = Database.open(access);
        database.close();
        database.close();

        assertThat(database.isWriting()).isFalse();
        assertThatThrownBy(() -> add(database, "late")).isInstanceOf(Down.class);
        assertThatThrownBy(() -> count(database)).isInstanceOf(Down.class);
    }
}
