package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.drill.Checker;
import safelight.drill.History;

/// `safelight drill queue` with real processes: green as it is, red without a guarantee.
class DrillIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path folder;

    @Test
    void nothingIsLostOrDoubledWhateverIsKilledStoppedOrCut() throws Exception {
        var kept = folder.resolve("kept");

        var ended = drill("--seconds", "25", "--seed", "23", "--keep", kept.toString(), "--json");

        assertThat(ended.code()).as(ended.err() + ended.out()).isZero();
        var figures = JSON.readTree(ended.out());
        assertThat(names(figures.fieldNames()))
                .containsExactly(
                        "seed",
                        "seconds",
                        "faults",
                        "accepted",
                        "succeeded",
                        "dead",
                        "lost",
                        "doubled",
                        "unexpected",
                        "rerunMs");
        assertThat(names(figures.path("faults").fieldNames())).hasSizeGreaterThan(5);
        assertThat(figures.path("accepted").asInt()).isGreaterThan(20);
        assertThat(figures.path("succeeded").asInt() + figures.path("dead").asInt())
                .isEqualTo(figures.path("accepted").asInt());
        assertThat(kept.resolve("seed")).hasContent("23\n");
        assertThat(Files.readString(kept.resolve("summary.html"))).contains("seed 23");
        assertThat(Checker.check(History.read(kept.resolve("history.jsonl"))).json())
                .isEqualTo(ended.out().strip());
        // Disks are filled where they can be mounted, and else it says that they were not.
        assertThat(ended.err().contains("no disk is filled"))
                .isEqualTo(Files.readString(kept.resolve("summary.html")).contains("Not done"));
    }

    /// All at once: a drill without its sweeper mostly waits.
    @Test
    void eachGuaranteeThatIsTakenAwayTurnsItRed() throws Exception {
        var reds =
                Map.of(
                        "journal-sync",
                        "lost",
                        "acknowledgement",
                        "lost",
                        "dead-letters",
                        "lost",
                        "relay",
                        "lost",
                        "unique-key",
                        "doubled");

        var verdicts = new ArrayList<Future<String>>();
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            reds.forEach(
                    (control, figure) -> verdicts.add(tasks.submit(() -> red(control, figure))));
        }

        for (var verdict : verdicts) assertThat(verdict.get()).isEmpty();
    }

    /// What is wrong with the verdict of a drill without this; nothing if it is as it should be.
    private String red(String control, String figure) throws Exception {
        var ended =
                drill(
                        "--seconds",
                        "25",
                        "--seed",
                        "23",
                        "--without",
                        control,
                        "--keep",
                        folder.resolve(control).toString(),
                        "--json");
        boolean isRed = ended.code() == 1 && JSON.readTree(ended.out()).path(figure).asInt() > 0;
        return isRed ? "" : control + ": " + ended.code() + " " + ended.err() + ended.out();
    }

    @Test
    void wrongUseIsSaid() throws Exception {
        var unknown = drill("--without", "sleep");

        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).contains("There is no control 'sleep'");
    }

    private CommandProcess.Ended drill(String... options) throws Exception {
        var arguments = new ArrayList<>(List.of("drill", "queue"));
        arguments.addAll(List.of(options));
        return CommandProcess.run(folder, arguments);
    }

    private static List<String> names(Iterator<String> names) {
        return StreamSupport.stream(((Iterable<String>) () -> names).spliterator(), false)
                .collect(Collectors.toList());
    }
}
