package safelight.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// A process of a drill's clients in their place, told by lines what to do.
final class DrillCrowd implements AutoCloseable {
    private final String name;
    private final Process process;
    private final BufferedReader said;

    private DrillCrowd(String name, Process process) {
        this.name = name;
        this.process = process;
        this.said = process.inputReader(StandardCharsets.UTF_8);
    }

    /// Starts it in this place; it begins by signing up.
    static DrillCrowd start(
            String name, DrillNetwork.Place place, Path logs, List<String> arguments)
            throws IOException {
        var command = place.inside(Jvm.forServing(Main.class, arguments));
        var process =
                new ProcessBuilder(command)
                        .redirectError(logs.resolve("clients-" + name + ".log").toFile())
                        .start();
        return new DrillCrowd(name, process);
    }

    /// Tells it to begin with something.
    void tell(String word) throws IOException {
        var in = process.outputWriter(StandardCharsets.UTF_8);
        in.write(word + "\n");
        in.flush();
    }

    /// Waits until it says that it has done something.
    void await(String word) throws IOException {
        var line = said.readLine();
        if (!word.equals(line))
            throw new IOException("the clients of %s broke off: %s".formatted(name, line));
    }

    /// Its standard input ends, and so does it.
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.destroy();
    }
}
