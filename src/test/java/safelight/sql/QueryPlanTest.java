package safelight.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The statements that have to stay fast with a million rows go by their index, and read no more
/// than they return.
class QueryPlanTest {
    @TempDir private Path directory;

    @ParameterizedTest
    @MethodSource("safelight.sql.HotQueries#all")
    void goesByItsIndex(String index, String sql) {
        try (var database = Database.open(directory.resolve("plan.db"))) {
            var plan =
                    database.in((what, trouble) -> new IllegalStateException(what, trouble.cause()))
                            .read(
                                    "explain",
                                    s ->
                                            s.all(
                                                    "EXPLAIN QUERY PLAN " + sql,
                                                    row -> row.text("detail")));

            assertThat(plan).anyMatch(line -> (line + " ").contains("INDEX " + index + " "));
            assertThat(plan)
                    .noneMatch(line -> line.contains("TEMP B-TREE"))
                    .noneMatch(line ->
                            line.startsWith("SCAN")
                                    && !line.contains("USING")
                                    && !line.equals("SCAN own"));
        }
    }
}
