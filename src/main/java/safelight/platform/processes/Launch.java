package safelight.platform.processes;

import java.time.Duration;
import java.util.List;

/// How an instance of a role is started on this host, and how long it gets to drain. The command
/// prints a line with `is ready` once it serves (`... is ready at http://host:port` if it listens),
/// drains on SIGTERM and at the end of its standard input.
public record Launch(List<String> command, Duration stopMost) {
    /// Copies the command.
    public Launch {
        command = List.copyOf(command);
    }
}
