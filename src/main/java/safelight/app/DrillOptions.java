package safelight.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/// What every drill is told.
final class DrillOptions {
    private static final int SECONDS_MAX = 24 * 60 * 60;
    private static final int FINDINGS_MAX = 20;
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);

    @Option(names = "--seed", description = "Which faults strike when; a new one unless given.")
    private @Nullable Long seed;

    @Option(names = "--json", description = "Prints the figures as JSON, and nothing else.")
    private boolean json;

    @Option(
            names = "--keep",
            paramLabel = "FOLDER",
            description = "Where history, summary and logs go; ./drills/<time>-<seed>.")
    private @Nullable Path keep;

    @Spec(Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    Clock clock() {
        return clock;
    }

    boolean isJson() {
        return json;
    }

    /// The seed that was given, or a new one; call it once.
    long chosen() {
        return Optional.ofNullable(seed)
                .orElseGet(() -> (long) new SecureRandom().nextInt(Integer.MAX_VALUE));
    }

    /// @throws ParameterException if a drill cannot be that long
    Duration length(int seconds) {
        if (seconds < 1 || seconds > SECONDS_MAX)
            throw new ParameterException(
                    spec.commandLine(), "--seconds is from 1 to " + SECONDS_MAX + ".");
        return Duration.ofSeconds(seconds);
    }

    /// Reads each label.
    ///
    /// @throws ParameterException with what `of` says of a label that it does not know
    <T> void read(List<String> labels, Function<String, T> of, Consumer<T> add) {
        try {
            for (var label : labels) add.accept(of.apply(label));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /// The folder of a drill with this seed; `history` is not in it yet.
    ///
    /// @throws CannotStart if it is
    Path folder(long chosen, String history) throws IOException {
        var folder =
                Optional.ofNullable(keep)
                        .orElseGet(() ->
                                Path.of("drills", STAMP.format(clock.instant()) + "-" + chosen))
                        .toAbsolutePath()
                        .normalize();
        if (Files.exists(folder.resolve(history)))
            throw new CannotStart(
                    "There is a drill in %s already. Name another folder.".formatted(folder));
        return Files.createDirectories(folder);
    }

    /// Says a line of news.
    void progress(String line) {
        var err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }

    /// The first of them, and how many more there are.
    static void print(PrintWriter out, List<String> findings) {
        findings.stream().limit(FINDINGS_MAX).forEach(f -> out.println("  " + f));
        if (findings.size() > FINDINGS_MAX)
            out.println("  and %d more".formatted(findings.size() - FINDINGS_MAX));
    }
}
