package safelight.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// An Unbound of a drill, as clients have one at their provider or share a public one. The latter
/// says whose question it is (RFC 7871).
final class DrillResolver {
    private static final Path PROGRAM = Path.of("/usr/sbin/unbound");

    private DrillResolver() {}

    /// Whether it is installed.
    static boolean isInstalled() {
        return Files.isExecutable(PROGRAM);
    }

    /// Starts one at this address; it asks `servers` about `zone`.
    static EngineProcess start(DrillNetwork.Place place, Question question, Path folder)
            throws IOException {
        var file = folder.resolve("unbound-" + place.net() + ".conf");
        Files.writeString(file, text(question));
        return EngineProcess.start(
                "unbound-" + place.net(),
                "TERM",
                folder.resolve("logs/unbound-" + place.net() + ".log"),
                place.inside(List.of(PROGRAM.toString(), "-d", "-p", "-c", file.toString())));
    }

    /// What it answers where, and whom it asks.
    record Question(String address, String zone, List<String> servers, boolean sendsSubnets) {}

    private static String text(Question question) {
        var subnets =
                question.sendsSubnets
                        ? question.servers.stream()
                                .map(s -> "  send-client-subnet: " + s + "\n")
                                .collect(Collectors.joining())
                        : "";
        var servers =
                question.servers.stream()
                        .map(s -> "  stub-addr: " + s + "\n")
                        .collect(Collectors.joining());
        return """
        server:
          interface: %s
          access-control: 198.18.0.0/15 allow
          chroot: ""
          username: ""
          directory: "/"
          use-syslog: no
          do-daemonize: no
          do-ip6: no
          num-threads: 1
          module-config: "%s"
        %sremote-control:
          control-enable: no
        stub-zone:
          name: "%s"
        %s\
        """
                .formatted(
                        question.address,
                        question.sendsSubnets ? "subnetcache iterator" : "iterator",
                        subnets,
                        question.zone,
                        servers);
    }
}
