package safelight.web;

import java.time.Duration;
import java.util.Set;
import safelight.base.Bytes;

/// How a web server listens and what it bounds. `trusted`: the addresses of load balancers whose
/// X-Forwarded headers are believed; `requestsMost`: requests handled at once; `photoMost`: bytes
/// of an upload; `jsonMost`: bytes of a JSON body; `drainMost`: how long requests get to end on
/// stop.
public record WebSettings(
        String host,
        int port,
        Set<String> trusted,
        int requestsMost,
        Bytes photoMost,
        Bytes jsonMost,
        Duration drainMost) {
    /// Copies the trusted addresses.
    public WebSettings {
        trusted = Set.copyOf(trusted);
    }
}
