package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
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

    /// A drill waits for its processes to come up, for its faults, and for all jobs to end.
    private static final Duration DRILL_MOST = Duration.ofMinutes(20);

    @TempDir private Path folder;

    @Test
    void nothingIsLostOrDoubledWhateverIsKilledStoppedOrCut() throws Exception {
        var kept = folder.resolve("kept");

        var ended = drill("--seconds", "60", "--seed", "23", "--keep", kept.toString(), "--json");

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
    void eachGuaranteeThatIsTakenAwayLosesJobs() throws Exception {
        var controls = List.of("journal-sync", "acknowledgement", "dead-letters", "relay");

        var verdicts = new ArrayList<Future<String>>();
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var control : controls)
                verdicts.add(tasks.submit(() -> red(control, "lost", "25")));
        }

        for (var verdict : verdicts) assertThat(verdict.get()).isEmpty();
    }

    /// Alone, since it takes many requests that lose their answers.
    @Test
    void withoutUniqueKeysJobsAreDoubled() throws Exception {
        assertThat(red("unique-key", "doubled", "60")).isEmpty();
    }

    /// What is wrong with the verdicts of drills without this; nothing if one is as it should be.
    /// Faults of a seed may miss the moment that matters.
    private String red(String control, String figure, String seconds) throws Exception {
        var said = new ArrayList<String>();
        for (var seed : List.of("25", "23", "24", "26", "27", "28")) {
            var ended =
                    drill(
                            "--seconds",
                            seconds,
                            "--seed",
                            seed,
                            "--without",
                            control,
                            "--keep",
                            folder.resolve(control + seed).toString(),
                            "--json");
            if (ended.code() == 1 && JSON.readTree(ended.out()).path(figure).asInt() > 0) return "";
            said.add(control + ": " + ended.code() + " " + ended.err() + ended.out());
        }
        return String.join("\n", said);
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
        return CommandProcess.run(folder, arguments, DRILL_MOST);
    }

    private static List<String> names(Iterator<String> names) {
        return StreamSupport.stream(((Iterable<String>) () -> names).spliterator(), false)
                .collect(Collectors.toList());
    }
}
