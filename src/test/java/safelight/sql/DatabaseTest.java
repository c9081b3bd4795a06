package safelight.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import safelight.base.AtOnce;

/// Transactions, group commit and the schema's version, on SQLite.
class DatabaseTest {
    private static final String ADD =
            "INSERT INTO sign_in_attempt (subject, attempts, until_at) VALUES (?, 1, 0)";

    /// A port's failure, for tests.
    private static final class Down extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Down(String what, Exception cause) {
            super(what, cause);
        }
    }

    @TempDir private Path directory;
    private Path file;
    private Database database;
    private Access rows;

    @BeforeEach
    void open() {
        file = directory.resolve("safelight.db");
        database = Database.open(file);
        rows = access(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static Access access(Database database) {
        return database.in((what, trouble) -> new Down(what, trouble.cause()));
    }

    private static void add(Access rows, String subject) {
        rows.write("add", s -> s.update(ADD, subject));
    }

    private long count() {
        return rows.read("count", s -> s.number("SELECT COUNT(*) AS n FROM sign_in_attempt"));
    }

    private void execute(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void writesAreDurableAndWaitForOtherProcesses() {
        var modes =
                rows.write(
                        "ask",
                        s ->
                                List.of(
                                        s.one("PRAGMA journal_mode", r -> r.text("journal_mode"))
                                                .orElseThrow(),
                                        s.number("SELECT synchronous AS n FROM pragma_synchronous"),
                                        s.number(
                                                "SELECT foreign_keys AS n"
                                                        + " FROM pragma_foreign_keys")));

        assertThat(modes).containsExactly("wal", 2L, 1L);
    }

    @Test
    void readersCannotWrite() {
        assertThatThrownBy(() -> rows.read("sneak", s -> s.update(ADD, "x")))
                .isInstanceOf(Down.class)
                .hasMessage("sneak")
                .hasCauseInstanceOf(SQLException.class);
    }

    @Test
    void failingWorkRollsBackAlone() throws Exception {
        // The writer is held up so that the others become one group.
        var entered = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var holder =
                Thread.ofVirtual()
                        .start(() ->
                                rows.write(
                                        "hold",
                                        _ -> {
                                            entered.countDown();
                                            return awaited(release);
                                        }));
        assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
        // It spins, which would keep the only carrier of virtual threads from all others.
        var starter =
                Thread.ofPlatform()
                        .start(() -> {
                            while (database.waiting() < 12) Thread.onSpinWait();
                            release.countDown();
                        });
        var outcomes = AtOnce.run(12, this::outcome);
        starter.join();
        holder.join();

        assertThat(outcomes)
                .containsExactly(
                        "done", "sql", "runtime", "error", "done", "sql", "runtime", "error",
                        "done", "sql", "runtime", "error");
        assertThat(count()).isEqualTo(3);
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Every work adds a row first; three of four then fail, each in its way.
    private String outcome(int number) {
        try {
            rows.write(
                    "add",
                    s -> {
                        s.update(ADD, "row" + number);
                        return switch (number % 4) {
                            case 1 -> s.update("INSERT INTO nowhere VALUES (1)");
                            case 2 -> throw new IllegalArgumentException("mine " + number);
                            case 3 -> throw new AssertionError("mine " + number);
                            default -> 1;
                        };
                    });
            return "done";
        } catch (Down e) {
            return "sql";
        } catch (IllegalArgumentException e) {
            return e.getMessage().equals("mine " + number) ? "runtime" : "stranger's";
        } catch (AssertionError e) {
            return e.getMessage().equals("mine " + number) ? "error" : "stranger's";
        }
    }

    @Test
    void twoProcessesWriteAtOnce() throws Exception {
        try (var other = Database.join(file)) {
            var accesses = List.of(rows, access(other));

            AtOnce.run(
                    16,
                    thread -> {
                        for (int i = 0; i < 100; i++)
                            add(accesses.get(thread % 2), thread + "-" + i);
                        return thread;
                    });

            assertThat(count()).isEqualTo(1600);
            assertThat(
                            access(other)
                                    .<Long>read(
                                            "count",
                                            s ->
                                                    s.number(
                                                            "SELECT COUNT(*) AS n FROM"
                                                                    + " sign_in_attempt")))
                    .isEqualTo(1600);
        }
    }

    @Test
    void busyProcessDoesNotStarveTheOther() throws Exception {
        try (var other = Database.join(file)) {
            var quiet = access(other);
            var isOver = new CountDownLatch(1);
            AtOnce.run(
                    9,
                    thread -> {
                        if (thread == 0) {
                            for (int i = 0; i < 20; i++) add(quiet, "quiet-" + i);
                            isOver.countDown();
                        }
                        for (int i = 0; isOver.getCount() > 0; i++) add(rows, thread + "-" + i);
                        return thread;
                    });
            assertThat(count()).isGreaterThan(20);
        }
    }

    @Test
    void interruptedCallerLeavesTheWriterAtWork() throws Exception {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> add(rows, "interrupted")).isInstanceOf(Down.class);

        assertThat(Thread.interrupted()).isTrue();
        add(rows, "next");
    }

    @Test
    void closedDatabaseRefuses() {
        database.close();
        database.close();

        assertThatThrownBy(() -> add(rows, "late")).isInstanceOf(Down.class);
        assertThatThrownBy(this::count).isInstanceOf(Down.class);
    }

    @Test
    void whatWasWrittenIsThereAfterwards() {
        add(rows, "kept");
        database.close();

        database = Database.open(file);
        rows = access(database);

        assertThat(count()).isEqualTo(1);
    }

    @Test
    void newerSchemaIsRefused() throws SQLException {
        database.close();
        execute(
                "INSERT INTO flyway_schema_history (installed_rank, version, description, type,"
                        + " script, installed_by, execution_time, success)"
                        + " VALUES (99, '99', 'x', 'SQL', 'V99__x.sql', '', 1, 1)");

        assertThatThrownBy(() -> Database.open(file))
                .isInstanceOf(SchemaRefused.class)
                .hasMessageContaining("version 99");
    }

    @Test
    void failedMigrationIsRefused() throws SQLException {
        database.close();
        execute("UPDATE flyway_schema_history SET success = 0");

        assertThatThrownBy(() -> Database.open(file))
                .isInstanceOf(SchemaRefused.class)
                .hasMessageContaining("V1__catalog.sql");
    }

    @Test
    void strangersDatabaseIsRefused() throws SQLException {
        file = directory.resolve("stranger.db");
        execute("CREATE TABLE theirs (id INTEGER)");

        assertThatThrownBy(() -> Database.open(file)).isInstanceOf(SchemaRefused.class);
    }

    @Test
    void joiningDoesNotMigrate() {
        var fresh = directory.resolve("fresh.db");

        assertThatThrownBy(() -> Database.join(fresh))
                .isInstanceOf(SchemaRefused.class)
                .hasMessageContaining("older than this release");
    }

    @Test
    void strangeFileIsRefusedWithASentence() throws IOException {
        var text = directory.resolve("text.db");
        Files.writeString(text, "this is no database, this is only a text of some length");

        assertThatThrownBy(() -> Database.open(text))
                .isInstanceOf(Database.CannotOpen.class)
                .hasMessageContaining(text.toString());
    }

    @Test
    void migrationsAtOnceAreOne() throws Exception {
        var fresh = directory.resolve("deep/er/fresh.db");

        var opened = AtOnce.run(4, _ -> Database.open(fresh));

        opened.forEach(Database::close);
        assertThat(opened).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void everyMigrationIsListedInItsOrder(String engine) throws IOException {
        try (var files = Files.list(Path.of("src/main/resources/safelight/db", engine))) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Schema.MIGRATIONS);
        }
        for (int i = 0; i < Schema.VERSION; i++)
            assertThat(Schema.MIGRATIONS.get(i)).startsWith("V" + (i + 1) + "__");
    }
}
