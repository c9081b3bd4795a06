package safelight.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The statements that have to stay fast with many rows go by their index in PostgreSQL too, even
/// in the generic plan of a prepared statement, which does not know what is asked for.
class PostgresPlanIT {
    private static final int ROWS = 20_000;
    private static final Pattern PARAMETER = Pattern.compile("\\?");
    private static final String ID = "'01k' || lpad(i::text, 23, '0')";
    private static final String ACCOUNT = "'a' || i % 500";

    private static PostgresAccess access;
    private static Database database;

    @BeforeAll
    static void fill() {
        access = PostgresServer.shared().fresh();
        database = Database.join(access);
        var each = " FROM generate_series(1, " + ROWS + ") AS i";
        for (var sql :
                List.of(
                        "INSERT INTO account SELECT "
                                + ID
                                + ", 'e' || i, 'n', 'h', CASE WHEN i % 9"
                                + " = 0 THEN md5(i::text) END, 0, 0, i"
                                + each,
                        "INSERT INTO token SELECT " + ID + ", " + ID + ", 'n', 's' || i, i" + each,
                        "INSERT INTO photo SELECT "
                                + ID
                                + ", "
                                + ACCOUNT
                                + ", 'd' || i, 'jpeg', 1,"
                                + " 1, 1, 'n', CASE WHEN i % 2 = 0 THEN 'p' || i END, 'j', i"
                                + each,
                        "INSERT INTO rendition SELECT 's' || i, 'r', 'e', 'd' || i, 'jpeg', 1, 1, 1"
                                + each,
                        // One in a hundred is open, and one in fifty of the others is dead.
                        "INSERT INTO job SELECT "
                                + ID
                                + ", "
                                + ACCOUNT
                                + ", 'p' || i, 'r', 'EDIT',"
                                + " 'NORMAL', 'k' || i, 'f', 'q', 'dc', i, CASE WHEN i % 200 = 0"
                                + " THEN 'QUEUED' WHEN i % 200 = 100 THEN 'RUNNING' WHEN i % 50 = 1"
                                + " THEN 'FAILED' ELSE 'SUCCEEDED' END, CASE WHEN i % 100 = 0 THEN"
                                + " 1 ELSE 0 END, 1, 0, 0, 'w' || i % 4, i, i, NULL, NULL, i % 50 %"
                                + " 2, 'result' || i, 1, i, CASE WHEN i % 400 = 0 THEN NULL ELSE i"
                                + " END"
                                + each,
                        "INSERT INTO job_event (account, job, at) SELECT "
                                + ACCOUNT
                                + ", 'j', i"
                                + each,
                        "INSERT INTO session SELECT 's' || i, " + ACCOUNT + ", 0, i, i, 'u'" + each,
                        "INSERT INTO batch SELECT "
                                + ID
                                + ", "
                                + ACCOUNT
                                + ", 1, 'BULK', 'k' || i, 'f', i"
                                + each,
                        "INSERT INTO upload SELECT "
                                + ID
                                + ", "
                                + ACCOUNT
                                + ", 'p', 'n', 1, i, i, 0, CASE WHEN i % 50 = 0 THEN 0 ELSE 1 END"
                                + each,
                        "INSERT INTO upload_part SELECT 'u' || i, 0, 1, 'd' || i" + each,
                        "ANALYZE")) write(sql);
    }

    @AfterAll
    static void close() {
        database.close();
        PostgresServer.shared().giveBack(access);
    }

    private static void write(String sql) {
        database.in((what, trouble) -> new IllegalStateException(what, trouble.cause()))
                .write(sql, s -> s.update(sql));
    }

    @ParameterizedTest
    @MethodSource("safelight.sql.HotQueries#all")
    void goesByTheSameIndexAsInSqlite(String index, String sql) throws SQLException {
        goesByItsIndex(index, sql);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "account_pkey       | SELECT * FROM account WHERE id = ?",
                "account_email      | SELECT * FROM account WHERE email = ?",
                "token_secret       | SELECT * FROM token WHERE secret = ?",
                "token_account      | SELECT * FROM token WHERE account = ? ORDER BY id DESC LIMIT"
                        + " 9",
                "job_pkey           | UPDATE job SET state = ? WHERE id = ? AND version = ?",
                "photo_pkey         | SELECT * FROM photo WHERE id = ?",
                "photo_digest       | SELECT COUNT(*) AS n FROM photo WHERE digest = ?",
                "photo_origin       | WITH RECURSIVE made AS (SELECT * FROM photo WHERE id = ?"
                        + " UNION SELECT photo.* FROM photo JOIN made ON photo.origin_photo ="
                        + " made.id) SELECT * FROM made",
                "rendition_pkey     | SELECT * FROM rendition WHERE source = ? AND recipe = ? AND"
                        + " engine = ?",
                "rendition_pkey     | SELECT * FROM rendition WHERE source = ? AND recipe = ? ORDER"
                        + " BY engine DESC LIMIT 1",
                "rendition_digest   | SELECT 1 FROM rendition WHERE digest = ?",
                "upload_part_digest | SELECT 1 FROM upload_part WHERE digest = ?",
                "upload_expires     | SELECT id FROM upload WHERE expires_at < ? ORDER BY expires_at"
                        + " LIMIT 9",
                "session_pkey       | SELECT * FROM session WHERE id = ?",
                "session_account    | DELETE FROM session WHERE account = ?",
                "job_dispatched     | SELECT COUNT(*) AS n FROM job WHERE is_open = 1 AND"
                        + " dispatched_at IS NOT NULL",
                "job_event_account  | SELECT MAX(sequence) AS n FROM job_event WHERE account = ?",
                "job_event_pkey     | DELETE FROM job_event WHERE sequence IN (SELECT sequence FROM"
                        + " (SELECT sequence, at FROM job_event ORDER BY sequence LIMIT 9) AS"
                        + " oldest WHERE at < ?)",
            })
    void goesByItsIndex(String index, String sql) throws SQLException {
        var plan = explained(isGuessedBadly(index) ? sql.replace("?", "'5'") : numbered(sql));

        assertThat(plan).anyMatch(line -> line.matches(".*Index.* (using|on) " + index + "\\b.*"));
        assertThat(plan).noneMatch(line -> line.contains("Seq Scan"));
        // The few rows of one account may be sorted.
        if (sql.contains("LIMIT") && !sql.contains("account ="))
            assertThat(plan).noneMatch(line -> line.contains("Sort"));
    }

    private static String numbered(String sql) {
        int[] number = {0};
        return PARAMETER.matcher(sql).replaceAll(_ -> "\\$" + ++number[0]);
    }

    /// A generic plan takes a third of all sessions for old, and is dear; then PostgreSQL plans
    /// each time for what is asked.
    private static boolean isGuessedBadly(String index) {
        return index.equals("session_seen");
    }

    /// Parameters without values need the simple protocol.
    private static List<String> explained(String sql) throws SQLException {
        var url = access.url() + "?preferQueryMode=simple";
        try (var connection = DriverManager.getConnection(url, access.user(), access.password());
                var statement = connection.createStatement();
                var rows = statement.executeQuery("EXPLAIN (GENERIC_PLAN) " + sql)) {
            var lines = new ArrayList<String>();
            while (rows.next()) lines.add(rows.getString(1));
            return lines;
        }
    }
}
