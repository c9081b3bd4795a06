package safelight.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
            description = {
                "Kills, stops and cuts off web servers, workers and the broker while clients hand",
                "in jobs. Then every accepted job must have one end and one right result.",
                "Exit codes: 0 so it was, 1 it was not, 2 wrong usage."
            })
    private static final class Queue implements Callable<Integer> {
        @Mixin private final DrillOptions options = new DrillOptions();

        @Option(
                names = "--seconds",
                defaultValue = "60",
                description = "How long faults strike; ${DEFAULT-VALUE}.")
        private int seconds;

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
            var length = options.length(seconds);
            var taken = controls();
            long chosen = options.chosen();
            var folder = options.folder(chosen, QueueDrill.HISTORY);
            var plan = new QueueDrill.Plan(chosen, length, taken, folder);
            var verdict = QueueDrill.run(plan, options.clock(), options::progress);
            print(verdict, plan.keep());
            return verdict.isClean() ? Exit.DONE : Exit.FAILED;
        }

        private Set<Control> controls() {
            var wanted = EnumSet.noneOf(Control.class);
            options.read(without, Control::of, wanted::add);
            return Control.complete(wanted);
        }

        private void print(Verdict verdict, Path folder) {
            PrintWriter out = spec.commandLine().getOut();
            if (options.isJson()) {
                verdict.findings().forEach(options::progress);
                out.println(verdict.json());
            } else text(out, verdict, folder);
            out.flush();
        }

        private static void text(PrintWriter out, Verdict verdict, Path folder) {
            out.println(
                    verdict.isClean()
                            ? "Every accepted job has one end and one right result."
                            : "Promises were broken:");
            DrillOptions.print(out, verdict.findings());
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
