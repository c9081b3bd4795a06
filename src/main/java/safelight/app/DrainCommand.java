package safelight.app;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import safelight.dns.AdminFile;
import safelight.dns.DnsFailure;

/// Takes a data center out of the answers, or back in. Writes the file of drains, which the server
/// on this host reads twice a second, and those of the other data centers learn from it.
final class DrainCommand {
    private DrainCommand() {}

    private static int change(Config config, String dataCenter, boolean drained, boolean force) {
        var names = config.dns().plan().siteNames();
        if (!names.contains(dataCenter))
            throw DnsFailure.unknownDataCenter(dataCenter, String.join(", ", names));
        new AdminFile(config.dns().adminFile(config.data()))
                .change(drains -> {
                    if (drained && !force && drains.wouldLeaveNobody(dataCenter, names))
                        throw DnsFailure.lastOne(dataCenter);
                    return drains.has(dataCenter) == drained
                            ? drains
                            : drains.with(dataCenter, drained);
                });
        return Exit.DONE;
    }

    /// `safelight drain`.
    @Command(
            name = "drain",
            description = "Takes a data center out of the DNS answers, within 2 s here.")
    static final class Drain implements Callable<Integer> {
        @Mixin private final ConfigOptions options = new ConfigOptions();

        @Parameters(paramLabel = "DATA_CENTER", description = "Its name.")
        private String dataCenter = "";

        @Option(names = "--force", description = "Even if it is the last one.")
        private boolean force;

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            int code = change(options.read(), dataCenter, true, force);
            spec.commandLine().getOut().println(dataCenter + " is drained.");
            return code;
        }
    }

    /// `safelight undrain`.
    @Command(name = "undrain", description = "Takes a data center into the DNS answers again.")
    static final class Undrain implements Callable<Integer> {
        @Mixin private final ConfigOptions options = new ConfigOptions();

        @Parameters(paramLabel = "DATA_CENTER", description = "Its name.")
        private String dataCenter = "";

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            int code = change(options.read(), dataCenter, false, true);
            spec.commandLine().getOut().println(dataCenter + " is not drained.");
            return code;
        }
    }
}
