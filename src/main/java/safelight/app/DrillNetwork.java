package safelight.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// A network of a drill's own: this process stands in the middle and forwards, every place around
/// it has a namespace and an address space of its own. A way to or from a place can be shut without
/// a word to either end. Needs root, and a namespace of this process's own to begin with.
final class DrillNetwork implements AutoCloseable {
    private static final String NET = "198.18.";
    private static final Path FORWARD = Path.of("/proc/sys/net/ipv4/ip_forward");
    // Where `to` and `from` are shut, before the rules that there are always.
    private static final int RULES_FROM = 100;
    private static final int SECOND = 2;

    private final List<Place> places = new ArrayList<>();
    private final String prefix;

    /// A place: its namespace, and the number of its network.
    record Place(String namespace, int net) {
        /// One of its addresses.
        String address(int host) {
            return NET + net + "." + host;
        }

        String network() {
            return address(0) + "/24";
        }

        /// A command that runs there.
        List<String> inside(List<String> command) {
            var all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
            all.addAll(command);
            return all;
        }

        private String link() {
            return "drill" + net;
        }
    }

    /// A direction, as seen from a place.
    enum Way {
        OUT,
        IN
    }

    /// Begins with nothing around it. `prefix` begins the names of namespaces.
    DrillNetwork(String prefix) throws IOException {
        this.prefix = prefix;
        ip("link", "set", "lo", "up");
        Files.writeString(FORWARD, "1");
    }

    /// Adds a place with these addresses in network `net`.
    Place add(String name, int net, int... hosts) throws IOException {
        var place = new Place(prefix + name, net);
        ip("netns", "add", place.namespace);
        places.add(place);
        ip(
                "link",
                "add",
                place.link(),
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                place.namespace);
        ip("addr", "add", place.address(1) + "/24", "dev", place.link());
        ip("link", "set", place.link(), "up");
        within(place, "link", "set", "lo", "up");
        within(place, "link", "set", "eth0", "up");
        for (int host : hosts)
            within(place, "addr", "add", place.address(host) + "/24", "dev", "eth0");
        within(place, "route", "add", "default", "via", place.address(1));
        return place;
    }

    /// Lets nothing pass any more that goes this way; neither end is told.
    void shut(Place place, Set<Way> ways) throws IOException {
        if (ways.contains(Way.OUT))
            ip("rule", "add", "pref", rule(place, Way.OUT), "iif", place.link(), "blackhole");
        if (ways.contains(Way.IN))
            ip("rule", "add", "pref", rule(place, Way.IN), "to", place.network(), "blackhole");
    }

    /// Undoes that.
    void open(Place place, Set<Way> ways) throws IOException {
        for (var way : ways) ip("rule", "del", "pref", rule(place, way));
    }

    /// Kills every process there, and those that they start meanwhile. Returns how many.
    static int kill(Place place) throws IOException {
        int killed = 0;
        while (true) {
            var pids = run(List.of("ip", "netns", "pids", place.namespace)).lines().toList();
            if (pids.isEmpty()) return killed;
            for (var pid : pids)
                if (ProcessHandle.of(Long.parseLong(pid.strip()))
                        .filter(ProcessHandle::destroyForcibly)
                        .isPresent()) killed++;
        }
    }

    @Override
    public void close() throws IOException {
        for (var place : places.reversed()) ip("netns", "del", place.namespace);
        places.clear();
    }

    private static String rule(Place place, Way way) {
        return Integer.toString(RULES_FROM + SECOND * place.net + (way == Way.IN ? 1 : 0));
    }

    private static void within(Place place, String... arguments) throws IOException {
        var all = new ArrayList<>(List.of("-n", place.namespace));
        all.addAll(Arrays.asList(arguments));
        ip(all.toArray(String[]::new));
    }

    private static void ip(String... arguments) throws IOException {
        var all = new ArrayList<>(List.of("ip"));
        all.addAll(Arrays.asList(arguments));
        run(all);
    }

    private static String run(List<String> command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0)
                throw new IOException(String.join(" ", command) + ": " + said);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return said;
    }
}
