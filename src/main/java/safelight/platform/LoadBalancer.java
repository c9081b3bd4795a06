package safelight.platform;

import java.util.List;
import safelight.fleet.Instance;

/// What spreads requests over the web servers of a data center. Thread-safe.
public interface LoadBalancer {
    /// Sends new requests to these web servers, but for those that drain, and to no others; what is
    /// in hand elsewhere is finished. A server that left the list, but still passes the load
    /// balancer's own checks, is kept: a list may be wrong. Survives a restart of the load balancer
    /// once this returns. Doing it again changes nothing. Throws {@link PlatformUnavailable} if it
    /// could not be done; the load balancer goes on as before or as asked.
    void follow(List<Instance> web);
}
