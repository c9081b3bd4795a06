package safelight.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// One command of the packaged release in a process of its own; what it prints goes into files.
final class CommandProcess implements AutoCloseable {
    private static final Duration END_MOST = Duration.ofMinutes(5);

    private final Process process;
    private final Path out;
    private final Path err;

    private CommandProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /// How it ended, and what it printed.
    record Ended(int code, String out, String err) {}

    static CommandProcess start(Path folder, List<String> arguments) throws IOException {
        return start(folder, arguments, Map.of());
    }

    static CommandProcess start(
            Path folder, List<String> arguments, Map<String, String> environment)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-cp",
                        ServerProcess.classPath(),
                        Main.class.getName()));
        command.addAll(arguments);
        var out = Files.createTempFile(folder, "command", ".out");
        var err = Files.createTempFile(folder, "command", ".err");
        var builder =
                new ProcessBuilder(command)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().putAll(environment);
        return new CommandProcess(builder.start(), out, err);
    }

    static Ended run(Path folder, List<String> arguments) throws Exception {
        return run(folder, arguments, END_MOST);
    }

    /// One that may take longer than most.
    static Ended run(Path folder, List<String> arguments, Duration most) throws Exception {
        try (var command = start(folder, arguments)) {
            return command.await(most);
        }
    }

    Ended await() throws Exception {
        return await(END_MOST);
    }

    private Ended await(Duration most) throws Exception {
        if (!process.waitFor(most.toSeconds(), TimeUnit.SECONDS))
            throw new IllegalStateException("it does not end:\n" + Files.readString(err));
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /// `kill -9`.
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
