package safelight.app;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A server of somebody else's making, such as PostgreSQL, that runs as long as this process: a
/// shell between the two stops it when its standard input ends, however this process ended. It has
/// a session of its own, since Ctrl-C in a terminal must not stop storage before what uses it.
final class EngineProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineProcess.class);
    private static final Duration STOP_MOST = Duration.ofSeconds(20);

    /// The first argument is the signal for a quick and clean stop. Bash gives what runs in the
    /// background no standard input, unless it is told which.
    private static final String KEEPER =
            """
            signal=$1; shift
            exec 3<&0
            "$@" <&- 3<&- & server=$!
            cat <&3 >/dev/null & lifeline=$!
            trap 'kill -$signal $server' TERM
            wait -n
            kill -$signal $server 2>/dev/null
            kill $lifeline 2>/dev/null
            wait $server
            """;

    private final String name;
    private final Process process;
    private final Duration stopMost;

    private EngineProcess(String name, Process process, Duration stopMost) {
        this.name = name;
        this.process = process;
        this.stopMost = stopMost;
    }

    /// Starts `command`, which logs to `log` and stops cleanly on `signal`.
    static EngineProcess start(String name, String signal, Path log, List<String> command)
            throws IOException {
        return start(name, signal, log, command, STOP_MOST);
    }

    /// The same, of one that gets `stopMost` to stop.
    static EngineProcess start(
            String name, String signal, Path log, List<String> command, Duration stopMost)
            throws IOException {
        var whole = new ArrayList<>(List.of("setsid"));
        whole.addAll(kept(name, signal, command));
        var process =
                new ProcessBuilder(whole)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        return new EngineProcess(name, process, stopMost);
    }

    /// A command that runs `command` until it ends, its standard input ends, or it gets TERM.
    static List<String> kept(String name, String signal, List<String> command) {
        var whole = new ArrayList<>(List.of("bash", "-c", KEEPER, name, signal));
        whole.addAll(command);
        return whole;
    }

    /// Whether it still runs.
    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (process.waitFor(stopMost.toSeconds(), TimeUnit.SECONDS)) return;
            LOG.atWarn().addKeyValue("engine", name).log("engine did not stop in time");
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("engine", name).setCause(e).log("engine was gone already");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
