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
import safelight.archive.Import;
import safelight.archive.Totals;

/// `safelight import`: an exported installation into an empty one.
@Command(
        name = "import",
        description = {
            "Brings what 'export' wrote into an empty installation, on whichever engines are",
            "set. Checks the whole archive before anything is written, and reads everything",
            "back at the end."
        },
        footer = {
            "",
            "People sign in again with their old passwords; tokens go on working; open jobs",
            "run when the service is started. Thumbnails are made again when they are asked",
            "for. Do not start the service before the import has ended.",
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong usage."
        })
final class ImportCommand implements Callable<Integer> {
    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Parameters(paramLabel = "FOLDER", description = "What 'export' wrote.")
    private Path folder = Path.of("");

    @Option(
            names = "--resume",
            description = "Go on with an import of this archive that was interrupted.")
    private boolean resume;

    @Option(
            names = "--allow-missing",
            description = "Leave out photos whose bytes could not be exported.")
    private boolean allowMissing;

    @Option(
            names = "--no-verify-bytes",
            negatable = true,
            description = {
                "Do not read all bytes back at the end; rows and sizes are compared anyway."
            })
    private boolean verifyBytes = true;

    @Option(names = "--json", description = "Print the totals as a line of JSON.")
    private boolean json;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        var config = options.read();
        Logs.by(config);
        folder = folder.toAbsolutePath().normalize();
        if (!Files.exists(folder.resolve("manifest.json")))
            throw new ParameterException(
                    spec.commandLine(),
                    "There is no finished archive in " + folder + ": no manifest.json.");
        var clock = Clock.tickMillis(ZoneOffset.UTC);
        try (var running = new Running()) {
            Standstill.hold(config, running, "");
            var storage = running.add(Storage.open(config, true, clock));
            Standstill.demand(storage.fleet(), clock, "");
            var report = running.add(new ArchiveReport(spec.commandLine()));
            var totals =
                    new Import(ExportCommand.installation(storage), report)
                            .from(folder, new Import.Options(resume, allowMissing, verifyBytes));
            show(report, totals);
        }
        return Exit.DONE;
    }

    private void show(ArchiveReport report, Totals totals) {
        if (json) report.json("import", folder, totals);
        else
            report.table(
                    "Imported and verified, " + (verifyBytes ? "every byte" : "but not the bytes"),
                    totals);
    }
}
