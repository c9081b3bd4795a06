package safelight.dns;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import safelight.steering.Streak;

/// How a DNS server runs.
///
/// @param dataCenter the one it is in
/// @param port 0 for any free one
/// @param threads UDP threads on each address
/// @param rateMost answers a second by UDP to one network; 0 for no limit
/// @param usesSubnets whether a client subnet counts
/// @param cookieSecret 16 bytes in hex that all servers of the zone share
public record DnsSettings(
        String dataCenter,
        List<InetAddress> listen,
        int port,
        int threads,
        int connectionsMost,
        int rateMost,
        boolean usesSubnets,
        String cookieSecret,
        Optional<Path> database,
        Path cache,
        Path adminFile,
        CheckRules checks) {
    /// How data centers are checked.
    public record CheckRules(Duration every, Duration answerMost, Streak.Thresholds thresholds) {}

    /// Copies.
    public DnsSettings {
        listen = List.copyOf(listen);
    }
}
