package safelight.app;

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
        return commands(plugs).execute(arguments);
    }

    static CommandLine commands(Plugs plugs) {
        var line = new CommandLine(new Safelight());
        line.addSubcommand(new Serve(plugs));
        line.addSubcommand(new UpCommand(plugs));
        line.addSubcommand(new AutoscalerCommand(plugs));
        line.addSubcommand(new WebCommand(plugs));
        line.addSubcommand(new BrokerCommand());
        line.addSubcommand(new Apply(plugs.darkroom()));
        line.addSubcommand(new Bench());
        line.addSubcommand(new SimulateCommand());
        line.addSubcommand(new ConfigCommand());
        line.addSubcommand(new ExportCommand());
        line.addSubcommand(new ImportCommand());
        line.addSubcommand(new Train(plugs));
        line.addSubcommand(new WorkerCommand(plugs));
        line.addSubcommand(new ChildWorkerCommand(plugs));
        line.setExecutionExceptionHandler(Main::fail);
        return line;
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
