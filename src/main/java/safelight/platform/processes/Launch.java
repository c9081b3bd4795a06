package safelight.platform.processes;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// How an instance of a role is started on this host, and how long it gets to drain. `environment`
/// is added to that of this process. The command prints a line with `is ready` once it serves (`...
/// is ready at http://host:port` if it listens, `... is ready as NAME` if its lease has that name
/// for an address), drains on SIGTERM and at the end of its standard input.
public record Launch(List<String> command, Map<String, String> environment, Duration stopMost) {
    /// Copies command and environment.
    public Launch {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }
}
