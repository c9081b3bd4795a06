package safelight.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import safelight.drill.CentersControl;
import safelight.drill.CentersVerdict;
import safelight.drill.Cut;

/// The drill about data centers. What it runs has a network of its own, so this command starts
/// itself again in a namespace.
@Command(
        name = "datacenter",
        description = {
            "Starts two data centers, resolvers and clients in network namespaces, cuts one",
            "off, and heals it. Clients have to be served by the other; no login, photo or",
            "job may be lost. Needs root, Linux, CASSANDRA_HOME, Java 17, HAProxy, Unbound.",
            "Exit codes: 0 so it was, 1 it was not, 2 wrong usage."
        })
final class DrillCentersCommand implements Callable<Integer> {
    private static final double SECOND_MS = 1000;

    @Mixin private final DrillOptions options = new DrillOptions();

    @Option(
            names = "--seconds",
            defaultValue = "300",
            description = "No cut begins after this; ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--plot",
            paramLabel = "FILE",
            description = "Writes the plot of requests there too, as SVG.")
    private @Nullable Path plot;

    @Option(
            names = "--cut",
            paramLabel = "KIND",
            description = {
                "Only these cuts: both-ways, out, in, kill. May be repeated; all unless given."
            })
    private List<String> cuts = List.of();

    @Option(
            names = "--without",
            paramLabel = "CONTROL",
            description = {
                "Takes something away, to see the drill fail: replication (nobody copies photos)",
                "or health (DNS checks nobody). May be repeated."
            })
    private List<String> without = List.of();

    @Option(names = "--inside", hidden = true, description = "It has a namespace of its own.")
    private boolean isInside;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        var length = options.length(seconds);
        var kinds = EnumSet.noneOf(Cut.class);
        options.read(cuts, Cut::of, kinds::add);
        if (kinds.isEmpty()) kinds.addAll(EnumSet.allOf(Cut.class));
        var taken = EnumSet.noneOf(CentersControl.class);
        options.read(without, CentersControl::of, taken::add);
        long chosen = options.chosen();
        var folder = options.folder(chosen, CentersDrill.HISTORY);
        if (!isInside) return again(chosen, folder);
        return run(new CentersDrill.Plan(chosen, length, kinds, taken, folder));
    }

    /// Runs this command with a network namespace of its own.
    private int again(long chosen, Path folder) throws IOException, InterruptedException {
        if (!"root".equals(System.getProperty("user.name")))
            throw new CannotStart("This drill makes network namespaces, which only root may.");
        if (!DrillResolver.isInstalled())
            throw new CannotStart("Unbound is not installed. Run: apt-get install unbound.");
        LocalCassandra.find(System.getenv());
        var arguments = new ArrayList<>(List.of("drill", "datacenter", "--inside"));
        arguments.addAll(List.of("--seed=" + chosen, "--seconds=" + seconds, "--keep=" + folder));
        if (options.isJson()) arguments.add("--json");
        if (plot != null) arguments.add("--plot=" + plot.toAbsolutePath());
        for (var cut : cuts) arguments.add("--cut=" + cut);
        for (var each : without) arguments.add("--without=" + each);
        var command = new ArrayList<>(List.of("unshare", "--net", "--"));
        command.addAll(Jvm.forServing(Main.class, arguments));
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private int run(CentersDrill.Plan plan) throws IOException, InterruptedException {
        var verdict = CentersDrill.run(plan, options.clock(), options::progress);
        if (plot != null)
            Files.copy(
                    plan.keep().resolve(CentersDrill.PLOT),
                    plot,
                    StandardCopyOption.REPLACE_EXISTING);
        PrintWriter out = spec.commandLine().getOut();
        if (options.isJson()) {
            verdict.findings().forEach(options::progress);
            out.println(verdict.json());
        } else text(out, verdict, plan.keep());
        out.flush();
        return verdict.isClean() ? Exit.DONE : Exit.FAILED;
    }

    private static void text(PrintWriter out, CentersVerdict verdict, Path folder) {
        out.println(verdict.isClean() ? "Nothing was lost." : "Promises were broken:");
        DrillOptions.print(out, verdict.findings());
        for (var cut : verdict.cuts())
            out.println(
                    "  %-9s %s: DNS changed after %s, %d clients moved within %s, healed within %s"
                            .formatted(
                                    cut.cut(),
                                    cut.dataCenter(),
                                    words(cut.detectedMs()),
                                    cut.moved(),
                                    words(cut.servedMs()),
                                    words(cut.levelMs())));
        out.println(
                "  jobs      %d accepted, %d succeeded; %d more by the other side of a cut"
                        .formatted(
                                verdict.jobs().accepted(),
                                verdict.jobs().succeeded(),
                                verdict.twins()));
        out.println(
                "  photos    %d acknowledged, %d reads came before the copy, within the lag"
                        .formatted(verdict.photos(), verdict.late()));
        out.println(
                "  lag       %s (median), %s (longest)"
                        .formatted(words(verdict.lagMedianMs()), words(verdict.lagLongestMs())));
        out.println("  seed      " + verdict.jobs().seed());
        out.println("  kept      " + folder.resolve(CentersDrill.SUMMARY));
    }

    private static String words(OptionalLong ms) {
        return ms.isEmpty() ? "never" : "%.1f s".formatted(ms.getAsLong() / SECOND_MS);
    }
}
