package safelight.app;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Prints the settings in force.
@Command(
        name = "config",
        description = "Prints every setting in force and where it comes from; secrets are masked.")
final class ConfigCommand implements Callable<Integer> {
    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Option(names = "--docs", hidden = true, description = "Prints docs/settings.md instead.")
    private boolean docs;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (docs) out.print(SettingsPage.text());
        else options.read().settings().effective().forEach(out::println);
        out.flush();
        return Exit.DONE;
    }
}
