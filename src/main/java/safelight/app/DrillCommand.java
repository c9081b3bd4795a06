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
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import safelight.drill.Control;
import safelight.drill.Verdict;

/// Hurts an installation of its own on purpose, and checks that it kept its promises.
@Command(
        name = "drill",
        description = {
            "Starts an installation in a temporary folder, hurts it on purpose, and checks",
            "that it kept its promises."
        })
final class DrillCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    static CommandLine line() {
        return new CommandLine(new DrillCommand())
                .addSubcommand(new Queue())
                .addSubcommand(new DrillCentersCommand())
                .addSubcommand(new CenterClientCommand());
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Say which drill: 'safelight drill queue|datacenter'.");
    }

    /// The one about jobs.
    @Command(
            name = "queue",
            mixinStandardHelpOptions = true,
            description = {
                "Kills, stops and cuts off web servers, workers and the broker while clients hand",
                "in jobs. Then every accepted job must have one end and one right result.",
                "Exit codes: 0 so it was, 1 it was not, 2 wrong usage."
            })
    private static final class Queue implements Callable<Integer> {
        private static final int SECONDS_MAX = 24 * 60 * 60;
        private static final int FINDINGS_MAX = 20;
        private static final DateTimeFormatter STAMP =
                DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

        private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);

        @Option(
                names = "--seconds",
                defaultValue = "60",
                description = "How long faults strike; ${DEFAULT-VALUE}.")
        private int seconds;

        @Option(names = "--seed", description = "Which faults strike when; a new one unless given.")
        private @Nullable Long seed;

        @Option(names = "--json", description = "Prints the figures as JSON, and nothing else.")
        private boolean json;

        @Option(
                names = "--keep",
                paramLabel = "FOLDER",
                description = "Where history, summary and logs go; ./drills/<time>-<seed>.")
        private @Nullable Path keep;

        @Option(
                names = "--without",
                paramLabel = "CONTROL",
                description = {
                    "Takes a guarantee away, to see the drill fail: journal-sync,",
                    "acknowledgement, dead-letters, relay, unique-key (or sweeper,",
                    "which alone is to change nothing). May be repeated."
                })
        private List<String> without = List.of();

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException, InterruptedException {
            if (seconds < 1 || seconds > SECONDS_MAX)
                throw new ParameterException(
                        spec.commandLine(), "--seconds is from 1 to " + SECONDS_MAX + ".");
            long chosen =
                    Optional.ofNullable(seed)
                            .orElseGet(() -> (long) new SecureRandom().nextInt(Integer.MAX_VALUE));
            var plan =
                    new QueueDrill.Plan(
                            chosen, Duration.ofSeconds(seconds), controls(), folder(chosen));
            var err = spec.commandLine().getErr();
            var verdict =
                    QueueDrill.run(
                            plan,
                            clock,
                            line -> {
                                err.println(line);
                                err.flush();
                            });
            print(verdict, plan.keep());
            return verdict.isClean() ? Exit.DONE : Exit.FAILED;
        }

        private Set<Control> controls() {
            var wanted = EnumSet.noneOf(Control.class);
            try {
                for (var name : without) wanted.add(Control.of(name));
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
            }
            return Control.complete(wanted);
        }

        private Path folder(long chosen) throws IOException {
            var folder =
                    Optional.ofNullable(keep)
                            .orElseGet(() ->
                                    Path.of("drills", STAMP.format(clock.instant()) + "-" + chosen))
                            .toAbsolutePath()
                            .normalize();
            if (Files.exists(folder.resolve(QueueDrill.HISTORY)))
                throw new CannotStart(
                        "There is a drill in %s already. Name another folder.".formatted(folder));
            return Files.createDirectories(folder);
        }

        private void print(Verdict verdict, Path folder) {
            PrintWriter out = spec.commandLine().getOut();
            if (json) out.println(verdict.json());
            else text(out, verdict, folder);
            out.flush();
        }

        private static void text(PrintWriter out, Verdict verdict, Path folder) {
            out.println(
                    verdict.isClean()
                            ? "Every accepted job has one end and one right result."
                            : "Promises were broken:");
            verdict.findings().stream().limit(FINDINGS_MAX).forEach(f -> out.println("  " + f));
            if (verdict.findings().size() > FINDINGS_MAX)
                out.println("  and %d more".formatted(verdict.findings().size() - FINDINGS_MAX));
            out.println(
                    "  faults   %d in %d s: %s"
                            .formatted(verdict.faultCount(), verdict.seconds(), verdict.faults()));
            if (!verdict.skipped().isEmpty())
                out.println(
                        "  not done %s: %s"
                                .formatted(String.join(", ", verdict.skipped()), DrillDisks.NONE));
            out.println(
                    "  jobs     %d accepted, %d succeeded, %d dead"
                            .formatted(verdict.accepted(), verdict.succeeded(), verdict.dead()));
            if (!verdict.rerunsMs().isEmpty())
                out.println(
                        "  reruns   %d jobs of killed workers ran again after %d ms (median),"
                                        .formatted(
                                                verdict.rerunsMs().size(), verdict.rerunMedianMs())
                                + " %d ms (longest)".formatted(verdict.rerunLongestMs()));
            out.println("  seed     " + verdict.seed());
            out.println("  kept     " + folder.resolve(QueueDrill.SUMMARY));
        }
    }
}
