package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SimulateCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir private Path folder;

    private int run(String csv, String... options) throws IOException {
        var file = Files.writeString(folder.resolve("traffic.csv"), csv);
        var line = Main.commands(Plugs.REAL);
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        var all = new ArrayList<String>();
        all.add("simulate");
        all.add("--trace=" + file);
        all.addAll(List.of(options));
        return line.execute(all.toArray(String[]::new));
    }

    private static String minutes(int count) {
        var text = new StringBuilder("when,jobs\n");
        for (int m = 0; m < count; m++)
            text.append("2026-01-01T%02d:%02d:00Z,%d\n".formatted(m / 60, m % 60, 600 + 60 * m));
        return text.toString();
    }

    @Test
    void recordedCountsBecomeATableThatSaysWhoIsCheaper() throws IOException {
        int code = run(minutes(60), "--role=workers", "--time-column=when", "--count-column=jobs");

        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("traffic.csv safelight    80 %", "as set", "best against best");
        assertThat(out.toString().lines().filter(l -> l.contains(" best"))).isNotEmpty();
    }

    @Test
    void jsonSaysWhichSettingIsBestAndInTime() throws IOException {
        int code = run(minutes(10), "--role=workers", "--count-column=2", "--json");

        assertThat(code).as(err.toString()).isZero();
        var rows = new ObjectMapper().readTree(out.toString());
        assertThat(rows.findValuesAsText("scaler")).contains("safelight", "HPA", "KEDA");
        assertThat(rows.path(0).path("asSet").asBoolean()).isTrue();
        assertThat(rows.path(0).path("setting").asText()).isEqualTo("80 %");
        assertThat(rows.path(0).path("inTime").asBoolean()).isTrue();
    }

    @Test
    void brokenFileIsNamedWithItsLine() throws IOException {
        assertThat(run("0,1\n60,1.2.3\n")).isEqualTo(CommandLine.ExitCode.USAGE);

        assertThat(err.toString()).contains("traffic.csv, line 2: '1.2.3' is no number");
    }

    @Test
    void rateAndCountTogetherAreRefused() throws IOException {
        assertThat(run("0,1\n", "--rate-column=2", "--count-column=2"))
                .isEqualTo(CommandLine.ExitCode.USAGE);
    }
}
