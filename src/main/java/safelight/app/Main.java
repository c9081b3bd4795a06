package safelight.app;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import safelight.base.Failure;
import safelight.settings.SettingsWrong;

/// The command line. Exit codes: 0 done, 1 failed, 2 wrong usage.
public final class Main {
    private Main() {}

    /// Runs one command and ends the process with its exit code.
    public static void main(String[] arguments) {
        System.exit(run(Plugs.REAL, arguments));
    }

    static int run(Plugs plugs, String... arguments) {
        var all = all(plugs);
        var first = arguments.length == 0 ? "" : arguments[0];
        // Setting up a command means reading its annotations: of all, that is a tenth of a start.
        var some = all.containsKey(first) ? List.of(all.get(first)) : all.values();
        return line(some).execute(arguments);
    }

    static CommandLine commands(Plugs plugs) {
        return line(all(plugs).values());
    }

    private static CommandLine line(Collection<Supplier<Object>> commands) {
        var line = new CommandLine(new Safelight());
        for (var command : commands) line.addSubcommand(command.get());
        line.getSubcommands().values().forEach(Main::explain);
        line.setExecutionExceptionHandler(Main::fail);
        return line;
    }

    /// Gives a command, and those below it, `--help` and `--version`.
    private static void explain(CommandLine command) {
        var spec = command.getCommandSpec();
        if (spec.findOption("--help") == null) spec.mixinStandardHelpOptions(true);
        spec.versionProvider(new Safelight());
        command.getSubcommands().values().forEach(Main::explain);
    }

    /// By their names, in the order of the help.
    private static Map<String, Supplier<Object>> all(Plugs plugs) {
        var all = new LinkedHashMap<String, Supplier<Object>>();
        all.put("serve", () -> new Serve(plugs));
        all.put("up", () -> new UpCommand(plugs));
        all.put("autoscaler", () -> new AutoscalerCommand(plugs));
        all.put("web", () -> new WebCommand(plugs));
        all.put("broker", BrokerCommand::new);
        all.put("dns", DnsCommand::new);
        all.put("drain", DrainCommand.Drain::new);
        all.put("undrain", DrainCommand.Undrain::new);
        all.put("status", StatusCommand::new);
        all.put("apply", () -> new Apply(plugs.darkroom()));
        all.put("load", LoadCommand::new);
        all.put("bench", Bench::new);
        all.put("bench-lane", BenchLane::new);
        all.put("simulate", SimulateCommand::new);
        all.put("config", ConfigCommand::new);
        all.put("drill", DrillCommand::line);
        all.put("dead", DeadCommand::line);
        all.put("replication", ReplicationCommand::line);
        all.put("export", ExportCommand::new);
        all.put("import", ImportCommand::new);
        all.put("train", () -> new Train(plugs));
        all.put("train-web", () -> new TrainWeb(plugs));
        all.put("worker", () -> new WorkerCommand(plugs));
        all.put("child-worker", () -> new ChildWorkerCommand(plugs));
        return all;
    }

    /// Sentences for what a user can mend; a stack trace only for what should not happen.
    private static int fail(Exception e, CommandLine line, CommandLine.ParseResult ignored) {
        switch (e) {
            case ParameterException wrong -> throw wrong;
            case SettingsWrong wrong -> {
                line.getErr().println("safelight: " + wrong.getMessage());
                return CommandLine.ExitCode.USAGE;
            }
            case CannotStart cannot -> line.getErr().println("safelight: " + cannot.getMessage());
            case Failure failure ->
                    line.getErr().println("safelight: " + failure.problem().detail());
            default -> e.printStackTrace(line.getErr());
        }
        return Exit.FAILED;
    }

    @Command(
            name = "safelight",
            mixinStandardHelpOptions = true,
            versionProvider = Safelight.class,
            subcommands = CommandLine.HelpCommand.class,
            description = "A self-hosted photo-processing service.")
    private static final class Safelight implements Runnable, IVersionProvider {
        @CommandLine.Spec
        private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

        @Override
        public void run() {
            throw new ParameterException(
                    spec.commandLine(), "Say what to do: a command is missing.");
        }

        @Override
        public String[] getVersion() {
            return new String[] {"safelight " + Version.CURRENT};
        }
    }
}
