package safelight.dns;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import safelight.geo.Prefix;
import safelight.steering.DataCenter;
import safelight.steering.NamePolicy;

/// What is to be served: a zone, its data centers, its steered names, and networks with an order of
/// their own. Indices of data centers are those of `sites`.
///
/// @param withinKm data centers that are at most so much further than the nearest are as near
/// @param zoneFile records that stay the same; without one there are a SOA and name servers
public record DnsPlan(
        String origin,
        List<Site> sites,
        List<Served> names,
        List<NetworkOrder> overrides,
        double withinKm,
        Optional<Path> zoneFile) {
    private static final int SITES_MAX = 64;

    /// A data center.
    ///
    /// @param addresses what clients are answered
    /// @param nameServer the address of its DNS server, if it is to be named in the zone
    /// @param check `http:`, `https:` or `tcp:`; without one it counts as healthy
    /// @param peer where its DNS server says what it sees
    public record Site(
            DataCenter dataCenter,
            List<InetAddress> addresses,
            Optional<InetAddress> nameServer,
            Optional<URI> check,
            Optional<URI> peer) {
        /// Refuses a data center without addresses.
        public Site {
            addresses = List.copyOf(addresses);
            if (addresses.isEmpty())
                throw new IllegalArgumentException(dataCenter.name() + " has no address");
        }
    }

    /// A steered name, relative to the zone; `@` is the zone itself.
    public record Served(String name, NamePolicy policy, Duration lifetime) {}

    /// A network whose clients go to the first available of `order`.
    public record NetworkOrder(Prefix network, List<Integer> order) {
        /// Copies.
        public NetworkOrder {
            order = List.copyOf(order);
        }
    }

    /// Copies, and refuses a plan that nobody could be steered by.
    public DnsPlan {
        sites = List.copyOf(sites);
        names = List.copyOf(names);
        overrides = List.copyOf(overrides);
        if (sites.isEmpty() || sites.size() > SITES_MAX)
            throw new IllegalArgumentException(
                    "there are 1 to " + SITES_MAX + " data centers, not " + sites.size());
        var seen = new HashSet<String>();
        for (var site : sites)
            if (!seen.add(site.dataCenter.name()))
                throw new IllegalArgumentException(
                        "data center " + site.dataCenter.name() + " is there twice");
        if (names.isEmpty()) throw new IllegalArgumentException("there is no name to serve");
    }

    /// The data centers for steering, by index.
    public List<DataCenter> dataCenters() {
        return sites.stream().map(Site::dataCenter).toList();
    }

    /// Their names, by index.
    public List<String> siteNames() {
        return dataCenters().stream().map(DataCenter::name).toList();
    }
}
