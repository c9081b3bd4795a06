package safelight.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import safelight.archive.Export;
import safelight.archive.Installation;
import safelight.archive.Totals;

/// `safelight export`: an installation into a folder.
@Command(
        name = "export",
        description = {
            "Writes an installation into a folder, from which 'import' makes another one,",
            "on the same engines or others. Stop the service first."
        },
        footer = {
            "",
            "Exported are accounts with their passwords, tokens, photos, profile pictures and",
            "jobs; open jobs run after the import. Not exported are sign-ins (people sign in",
            "again), thumbnails and other renditions (they are made again), unfinished uploads,",
            "and jobs for profile pictures and thumbnails.",
            "",
            "The folder holds password hashes: keep it as safe as the installation.",
            "",
            "Exit codes: 0 done, 1 failed or bytes are missing, 2 wrong usage."
        })
final class ExportCommand implements Callable<Integer> {
    private static final String OTHERWISE = " Or export it as it runs, with --while-running.";

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Parameters(
            paramLabel = "FOLDER",
            description = "Where to; it must be empty, or not be there yet.")
    private Path folder = Path.of("");

    @Option(
            names = "--while-running",
            description = {
                "Export although the service runs. The archive is then of no single moment:",
                "what is added meanwhile may be in it or not, what is deleted likewise, and a",
                "job that ends meanwhile may run once more after the import."
            })
    private boolean whileRunning;

    @Option(
            names = "--allow-missing",
            description = "End with 0 although bytes of photos are missing or damaged.")
    private boolean allowMissing;

    @Option(names = "--json", description = "Print the totals as a line of JSON.")
    private boolean json;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        var config = options.read();
        Logs.by(config);
        folder = folder.toAbsolutePath().normalize();
        if (!Export.isFree(folder))
            throw new ParameterException(
                    spec.commandLine(), "There is something in " + folder + " already.");
        refuseNothing(config);
        var totals = export(config);
        boolean isFine = totals.isComplete() || allowMissing;
        return isFine ? Exit.DONE : Exit.FAILED;
    }

    /// Opening would make an empty installation where a path has a slip of the pen.
    private void refuseNothing(Config config) {
        if (config.engines().catalog().equals(Engines.SQLITE) && !Files.exists(config.database()))
            throw new ParameterException(
                    spec.commandLine(), "There is no installation in " + config.data() + ".");
    }

    private Totals export(Config config) throws IOException, InterruptedException {
        var clock = Clock.tickMillis(ZoneOffset.UTC);
        try (var running = new Running()) {
            if (!whileRunning) Standstill.hold(config, running, OTHERWISE);
            var storage = running.add(Storage.open(config, !whileRunning, clock));
            if (!whileRunning) Standstill.demand(storage.fleet(), clock, OTHERWISE);
            var report = running.add(new ArchiveReport(spec.commandLine()));
            var totals =
                    new Export(installation(storage), clock, Version.CURRENT, report).to(folder);
            show(report, totals);
            return totals;
        }
    }

    static Installation installation(Storage storage) {
        return new Installation(
                storage.accounts(),
                storage.photos(),
                storage.jobs(),
                storage.webhooks(),
                storage.blobs());
    }

    private void show(ArchiveReport report, Totals totals) {
        if (json) {
            report.json("export", folder, totals);
            return;
        }
        report.table("Exported to " + folder, totals);
        var out = spec.commandLine().getOut();
        out.println("Not exported: sign-ins, thumbnails and other renditions, unfinished uploads,");
        out.println("deliveries to webhooks, and jobs for profile pictures. The folder holds");
        out.println("password hashes, and in clear the secrets that sign webhooks.");
        if (!totals.isComplete())
            out.println("Bytes are missing or damaged; 'import --allow-missing' leaves them out.");
        out.flush();
    }
}
