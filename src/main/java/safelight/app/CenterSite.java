package safelight.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// One data center of several on this host, and its settings file. Addresses are 127.0.0.1,
/// 127.0.0.2 and so on; ports are the same in all.
record CenterSite(CenterList.Entry entry, String address, Path data, LocalCassandra.Node node) {
    /// What all data centers of a host have alike. `given` are settings for all of them.
    record Common(Config config, Ports ports, String secret, Map<String, String> given) {}

    /// `dns`: where it answers; `state`: where it says what it knows.
    record Ports(int web, int replicator, int dns, int state) {}

    private static final String ZONE = "photos.test";
    private static final String NAMES = "name=@,name=split mode=weights";

    String name() {
        return entry.name();
    }

    /// Where clients come in.
    String url(int port) {
        return "http://" + address + ":" + port;
    }

    /// Where its settings are.
    Path file() {
        return data.resolve("safelight.yaml");
    }

    /// The zone that is answered for.
    static String zone(Config config) {
        return config.dns().zone().orElse(ZONE);
    }

    /// Its settings as they are, but for where the copies of rows are to be.
    Config read(List<CenterSite> sites) {
        return Config.read(
                Optional.of(file()),
                System.getenv(),
                Map.of("cassandra.replication", copies(sites)));
    }

    private static String copies(List<CenterSite> sites) {
        return joined(sites, s -> s.name() + "=1");
    }

    /// Writes the settings of this one among `sites`; processes that run see that.
    void write(List<CenterSite> sites, Common common) throws IOException {
        var ports = common.ports;
        var all = new LinkedHashMap<String, String>();
        all.put("dns.zone", zone(common.config));
        all.put("dns.names", NAMES);
        all.putAll(common.config.dns().given());
        all.putAll(common.given);
        all.put("data", data.toString());
        all.put("data-center", name());
        all.put("web.host", address);
        all.put("web.port", String.valueOf(ports.web));
        all.put("catalog.engine", Engines.CASSANDRA);
        all.put("sessions.engine", Engines.CASSANDRA);
        all.put("cassandra.contact-points", node.point());
        all.put("cassandra.data-center", name());
        all.put("cassandra.replication", copies(sites));
        all.put(
                "replication.peers",
                joined(
                        sites.stream().filter(s -> !s.name().equals(name())).toList(),
                        s -> s.name() + "=" + s.url(ports.replicator)));
        all.put("replication.host", address);
        all.put("replication.port", String.valueOf(ports.replicator));
        all.put("replication.secret", common.secret);
        all.put("dns.data-centers", joined(sites, s -> s.steered(ports)));
        all.put("dns.listen", address);
        all.put("dns.port", String.valueOf(ports.dns));
        all.put("ops.host", address);
        all.put("ops.port", String.valueOf(ports.state));
        var text =
                new TreeMap<>(all)
                        .entrySet().stream()
                                .map(e -> "%s: \"%s\"\n".formatted(e.getKey(), escaped(e)))
                                .collect(Collectors.joining());
        PrivateFile.write(file(), text);
    }

    private String steered(Ports ports) {
        return "%s address=%s ns=%s check=%s/health/traffic peer=%s/dns/state"
                .formatted(entry.line(), address, address, url(ports.web), url(ports.state));
    }

    private static String joined(List<CenterSite> sites, Function<CenterSite, String> text) {
        return sites.stream().map(text).collect(Collectors.joining(","));
    }

    private static String escaped(Map.Entry<String, String> entry) {
        return entry.getValue().replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
