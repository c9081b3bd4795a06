package safelight.platform.haproxy;

import java.util.Optional;
import java.util.regex.Pattern;

/// An address and a port, as HAProxy is told them. What leases say comes from storage, so nothing
/// but digits, dots and colons gets as far as a command.
record Endpoint(String address, int port) {
    /// Where no server is; stands in slots that are free.
    static final Endpoint NONE = new Endpoint("127.0.0.1", 1);

    private static final Pattern V4 = Pattern.compile("((?:\\d{1,3}\\.){3}\\d{1,3}):(\\d{1,5})");
    private static final Pattern V6 = Pattern.compile("\\[([0-9a-fA-F:]{2,39})]:(\\d{1,5})");
    private static final int PORT_MAX = 65_535;

    /// Reads `1.2.3.4:80` or `[::1]:80`, with or without a scheme before it; empty for all else.
    static Optional<Endpoint> parse(String text) {
        var bare = text.replaceFirst("^https?://", "");
        for (var shape : new Pattern[] {V4, V6}) {
            var match = shape.matcher(bare);
            if (!match.matches()) continue;
            int port = Integer.parseInt(match.group(2));
            if (port >= 1 && port <= PORT_MAX)
                return Optional.of(new Endpoint(match.group(1), port));
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return address + ":" + port;
    }
}
