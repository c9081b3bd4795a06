package safelight.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import safelight.dns.Resolving;
import safelight.geo.Prefix;

/// Load from clients in several places, who find the service by its DNS.
@Command(
        name = "load",
        description = {
            "Reads, edits and uploads photos as clients in several places would: each place looks",
            "the name up with a network of its own and goes where the answer says, as long as it",
            "holds. Signs up an account of its own. Exit codes: 0 no request failed, 1 some did."
        })
final class LoadCommand implements Callable<Integer> {
    private static final Map<String, String> PLACES =
            Map.of(
                    "us", "18.1.2.0/24",
                    "eu", "81.2.69.0/24",
                    "asia", "133.1.2.0/24",
                    "sa", "200.1.2.0/24",
                    "africa", "41.1.2.0/24",
                    "oceania", "203.10.1.0/24");
    private static final Duration KNOWN_MOST = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final int DNS_PORT = 53;
    private static final long SECOND_NS = 1_000_000_000L;

    @Option(
            names = "--dns",
            split = ",",
            paramLabel = "HOST:PORT",
            description = "DNS servers, asked in this order; 127.0.0.1:53.")
    private List<String> servers = List.of("127.0.0.1:53");

    @Option(names = "--name", defaultValue = "photos.test", description = "Name of the service.")
    private String name = "";

    @Option(names = "--port", defaultValue = "8080", description = "Its port.")
    private int port;

    @Option(
            names = "--clients",
            split = ",",
            paramLabel = "PLACE",
            description =
                    "Places: us, eu, asia, sa, africa, oceania, or a network like 5.6.7.0/24.")
    private List<String> places = List.of("us", "eu", "asia");

    @Option(names = "--rate", defaultValue = "10", description = "Requests a second of all places.")
    private double rate;

    @Option(names = "--seconds", defaultValue = "30", description = "How long.")
    private int seconds;

    @Option(names = "--seed", defaultValue = "1", description = "Of the pictures.")
    private long seed;

    @Option(names = "--json", description = "Prints JSON, and nothing else.")
    private boolean json;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (rate <= 0 || seconds <= 0) throw wrong("--rate and --seconds are above 0.");
        var names = new Resolving(servers.stream().map(this::server).toList(), name);
        var spots = places.stream().map(this::place).toList();
        var figures = new LoadFigures();
        try (var http = HttpClient.newHttpClient()) {
            var shared = set(names, spots, http, figures);
            var clients = spots.stream().map(p -> new LoadClients(p, shared)).toList();
            var lasted = run(clients);
            var lines = figures.lines(lasted);
            if (json) spec.commandLine().getOut().println(json(lines, clients));
            else print(lines, clients);
            spec.commandLine().getOut().flush();
            boolean isWell = lines.stream().allMatch(l -> l.failed() == 0);
            return isWell ? Exit.DONE : Exit.FAILED;
        }
    }

    /// An account, a token and a photo, known in every data center that clients may come to.
    private LoadClients.Shared set(
            Resolving names, List<LoadClients.Place> spots, HttpClient http, LoadFigures figures)
            throws IOException, InterruptedException {
        var first = spots.getFirst();
        var home = names.ask(first.network(), first.length()).addresses().getFirst();
        var account = new LoadAccount(http, "http://%s:%d".formatted(home.getHostAddress(), port));
        var photo = account.upload(DrillRecipe.picture(seed, 0));
        for (var spot : spots) {
            var there = names.ask(spot.network(), spot.length()).addresses().getFirst();
            var url = "http://%s:%d".formatted(there.getHostAddress(), port);
            long deadline = System.nanoTime() + KNOWN_MOST.toNanos();
            while (!account.sees(url, photo)) {
                if (System.nanoTime() > deadline)
                    throw new CannotStart("The account is not known at " + url + ".");
                Thread.sleep(LOOK_AGAIN);
            }
        }
        return new LoadClients.Shared(names, port, http, figures, account.token(), photo, seed);
    }

    /// Requests begin at even distances, whether those before have ended or not.
    private Duration run(List<LoadClients> clients) throws InterruptedException {
        long beganNs = System.nanoTime();
        long count = (long) (rate * seconds);
        for (long i = 0; i < count; i++) {
            long dueNs = beganNs + (long) (i * SECOND_NS / rate);
            while (System.nanoTime() < dueNs) LockSupport.parkNanos(dueNs - System.nanoTime());
            clients.get((int) (i % clients.size())).next();
        }
        for (var each : clients) each.await();
        return Duration.ofNanos(System.nanoTime() - beganNs);
    }

    private void print(List<LoadFigures.Line> lines, List<LoadClients> clients) {
        PrintWriter out = spec.commandLine().getOut();
        for (var line : lines)
            out.println(
                    "%-16s %-15s %6d requests  %7.1f/s  %4d failed  p50 %7.1f ms  p99 %7.1f ms"
                            .formatted(
                                    line.name(),
                                    line.address(),
                                    line.requests(),
                                    line.perSecond(),
                                    line.failed(),
                                    line.p50Ms(),
                                    line.p99Ms()));
        for (var each : clients)
            out.println(
                    "clients in %-10s %d lookups, now at %s"
                            .formatted(each.place().name(), each.lookups(), each.address()));
    }

    private static ObjectNode json(List<LoadFigures.Line> lines, List<LoadClients> clients) {
        var all = new ObjectMapper().createObjectNode();
        var list = all.putArray("dataCenters");
        for (var line : lines)
            list.addObject()
                    .put("name", line.name())
                    .put("address", line.address())
                    .put("requests", line.requests())
                    .put("failed", line.failed())
                    .put("perSecond", line.perSecond())
                    .put("p50Ms", line.p50Ms())
                    .put("p99Ms", line.p99Ms());
        var places = all.putArray("clients");
        for (var each : clients)
            places.addObject()
                    .put("name", each.place().name())
                    .put("network", each.place().network().getHostAddress())
                    .put("lookups", each.lookups())
                    .put("address", each.address());
        return all;
    }

    private LoadClients.Place place(String text) {
        var network = PLACES.getOrDefault(text, text);
        if (Prefix.parse(network).isEmpty()) throw wrong("There is no place '" + text + "'.");
        var parts = network.split("/", -1);
        return new LoadClients.Place(
                text, InetAddress.ofLiteral(parts[0]), Integer.parseInt(parts[1]));
    }

    private InetSocketAddress server(String text) {
        int colon = text.lastIndexOf(':');
        try {
            var host = InetAddress.ofLiteral(colon < 0 ? text : text.substring(0, colon));
            int at = colon < 0 ? DNS_PORT : Integer.parseInt(text.substring(colon + 1));
            return new InetSocketAddress(host, at);
        } catch (IllegalArgumentException e) {
            throw wrong("--dns is like 127.0.0.1:53, not " + text + ".");
        }
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}
