package safelight;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Every problem code has a page in docs/errors, which is what `/errors/{code}` answers with.
class ErrorPagesTest {
    private static final Path PAGES = Path.of("docs/errors");
    private static final Pattern CODE = Pattern.compile("\"(SL-[A-Z]+-\\d{2})\"");
    // Problem.of(code, status, title, ...) and Problem.passing(...)
    private static final Pattern PROBLEM =
            Pattern.compile(
                    "Problem\\.(of|passing)\\(\\s*\"(SL-[A-Z]+-\\d{2})\",\\s*(\\d{3}),\\s*\"([^\"]+)\"");
    private static final int LINES_MAX = 14;

    /// What the sources say of one code.
    private record Said(String title, String status, boolean retryable) {}

    @Test
    void everyCodeHasAPageAndEveryPageACode() throws IOException {
        assertThat(pages()).isEqualTo(codes());
    }

    @Test
    void noCodeHasTwoTitles() throws IOException {
        assertThat(problems()).allSatisfy((code, said) -> assertThat(said).as(code).hasSize(1));
    }

    @Test
    void pagesSayWhatTheSourcesSay() throws IOException {
        for (var entry : problems().entrySet()) {
            var said = entry.getValue().iterator().next();
            var page = Files.readString(PAGES.resolve(entry.getKey() + ".md"));

            assertThat(page)
                    .startsWith("# " + entry.getKey() + ": " + said.title + "\n")
                    .contains("HTTP " + said.status + ".");
            // a status of 429 is always followed by Problem.after(), which makes it retryable
            if (said.retryable || said.status.equals("429"))
                assertThat(page).as(entry.getKey()).contains("Retry: yes");
            else assertThat(page).as(entry.getKey()).contains("Retry: no");
        }
    }

    @Test
    void pagesAreShort() throws IOException {
        for (var code : pages())
            assertThat(Files.readAllLines(PAGES.resolve(code + ".md")))
                    .as(code)
                    .hasSizeBetween(5, LINES_MAX);
    }

    @Test
    void pagesAreInTheJar() throws IOException {
        for (var code : pages())
            assertThat(getClass().getResource("/safelight/errors/" + code + ".md"))
                    .as(code)
                    .isNotNull();
    }

    private static Set<String> pages() throws IOException {
        try (var files = Files.list(PAGES)) {
            var names = new TreeSet<String>();
            files.forEach(f -> names.add(f.getFileName().toString().replace(".md", "")));
            return names;
        }
    }

    private static Set<String> codes() throws IOException {
        var codes = new TreeSet<String>();
        CODE.matcher(sources()).results().forEach(m -> codes.add(m.group(1)));
        return codes;
    }

    private static Map<String, Set<Said>> problems() throws IOException {
        var problems = new TreeMap<String, Set<Said>>();
        PROBLEM.matcher(sources())
                .results()
                .forEach(m ->
                        problems.computeIfAbsent(m.group(2), _ -> new java.util.HashSet<>())
                                .add(
                                        new Said(
                                                m.group(4),
                                                m.group(3),
                                                m.group(1).equals("passing"))));
        return problems;
    }

    private static String sources() throws IOException {
        var all = new StringBuilder();
        try (var files = Files.walk(Path.of("src/main/java"))) {
            for (var file : files.filter(f -> f.toString().endsWith(".java")).toList())
                all.append(Files.readString(file));
        }
        return all.toString();
    }
}
