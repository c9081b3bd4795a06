package safelight.app;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import safelight.drill.CentersControl;
import safelight.drill.Cut;
import safelight.drill.History;
import safelight.geo.MmdbFile;

/// What stands around the middle of a drill's network: two data centers, four places with clients,
/// two of them with a resolver of their own, two that share a public one far away.
final class CentersTown {
    private static final String NAME = "photos.example.org";
    private static final String EAST = "us-east";
    private static final String WEST = "us-west";
    private static final int RESOLVER = 53;
    private static final int CLIENT = 2;
    private static final int PUBLIC_NET = 20;
    private static final int USERS = 2;
    private static final int REPLICATOR_PORT = 7080;
    private static final int OPS_PORT = 8081;
    private static final int SECRET_BYTES = 16;
    private static final List<Home> HOMES =
            List.of(
                    new Home("boston", 11, 42.4, -71.1, EAST, true),
                    new Home("oakland", 12, 37.8, -122.3, WEST, true),
                    new Home("atlanta", 13, 33.7, -84.4, EAST, false),
                    new Home("seattle", 14, 47.6, -122.3, WEST, false));

    private final CentersDrill.Plan plan;
    private final Path data;
    private final Path logs;
    private final DrillNetwork network;
    private final Map<Home, DrillNetwork.Place> homes = new LinkedHashMap<>();
    private final DrillNetwork.Place provider;
    private final List<DrillCenter> centers = new ArrayList<>();

    /// A place with clients: its network, where on earth it is, which data center is the nearest,
    /// and whether there is a resolver in it.
    private record Home(
            String name,
            int net,
            double latitude,
            double longitude,
            String nearest,
            boolean hasResolver) {}

    /// Makes the places; nothing runs in them yet.
    CentersTown(DrillNetwork network, CentersDrill.Plan plan, Path data) throws IOException {
        this.network = network;
        this.plan = plan;
        this.data = data;
        this.logs = Files.createDirectories(plan.keep().resolve("logs"));
        var east = network.add(EAST, 1, DrillCenter.HOST);
        var west = network.add(WEST, 2, DrillCenter.HOST);
        this.provider = network.add("public", PUBLIC_NET, RESOLVER);
        for (var home : HOMES)
            homes.put(
                    home,
                    home.hasResolver
                            ? network.add(home.name, home.net, CLIENT, RESOLVER)
                            : network.add(home.name, home.net, CLIENT));
        var installed = LocalCassandra.find(System.getenv());
        var settings = settings();
        var dns = dns(east, west);
        for (var place : List.of(east, west))
            centers.add(
                    new DrillCenter(
                            name(place),
                            place,
                            east.address(DrillCenter.HOST),
                            layout(place, place.equals(east) ? west : east, settings, dns),
                            installed));
    }

    List<DrillCenter> centers() {
        return List.copyOf(centers);
    }

    /// Starts both; the last started stops first.
    void startCenters(Running running) throws IOException, InterruptedException {
        centers.forEach(running::add);
        for (var center : centers) center.startStorage();
        for (var center : centers) center.startRest();
    }

    void startResolvers(Running running) throws IOException {
        for (var home : homes.entrySet())
            if (home.getKey().hasResolver) resolver(home.getValue(), false, running);
        resolver(provider, true, running);
    }

    private void resolver(DrillNetwork.Place place, boolean sendsSubnets, Running running)
            throws IOException {
        var servers = centers.stream().map(DrillCenter::address).toList();
        var question =
                new DrillResolver.Question(place.address(RESOLVER), NAME, servers, sendsSubnets);
        running.add(DrillResolver.start(place, question, plan.keep()));
    }

    /// Starts the clients of each place; they sign up.
    List<DrillCrowd> startCrowds(Running running) throws IOException {
        var crowds = new ArrayList<DrillCrowd>();
        int number = 0;
        for (var home : homes.entrySet()) {
            var place = home.getKey().hasResolver ? home.getValue() : provider;
            var arguments = new ArrayList<>(List.of("drill", "clients"));
            for (int i = 0; i < USERS; i++) arguments.add("--number=" + number++);
            arguments.add("--of=" + USERS * HOMES.size());
            arguments.add("--seed=" + plan.seed());
            arguments.add("--resolver=" + place.address(RESOLVER));
            arguments.add("--name=" + NAME);
            for (var center : centers)
                arguments.add("--center=" + center.name() + "=" + center.address());
            var file = plan.keep().resolve("clients-" + home.getKey().name + ".jsonl");
            arguments.add("--history=" + file);
            crowds.add(
                    running.add(
                            DrillCrowd.start(
                                    home.getKey().name, home.getValue(), logs, arguments)));
        }
        return crowds;
    }

    /// What a watch has to know.
    CentersWatch.Parts watched(HttpClient http, History history, Clock clock) {
        var addresses = new LinkedHashMap<String, String>();
        centers.forEach(c -> addresses.put(c.name(), c.address()));
        var nearest = new LinkedHashMap<String, String>();
        homes.forEach((home, place) -> nearest.put(place.address(0), home.nearest));
        return new CentersWatch.Parts(addresses, nearest, NAME, http, history, clock);
    }

    /// Cuts this data center off.
    void sever(DrillCenter center, Cut cut) throws IOException {
        if (cut == Cut.KILL) center.kill();
        else network.shut(center.place(), ways(cut));
    }

    /// Undoes that.
    void mend(DrillCenter center, Cut cut) throws IOException, InterruptedException {
        if (cut == Cut.KILL) {
            center.startStorage();
            center.startRest();
        } else network.open(center.place(), ways(cut));
    }

    private static Set<DrillNetwork.Way> ways(Cut cut) {
        return switch (cut) {
            case BOTH_WAYS -> EnumSet.allOf(DrillNetwork.Way.class);
            case OUT -> EnumSet.of(DrillNetwork.Way.OUT);
            case IN -> EnumSet.of(DrillNetwork.Way.IN);
            case KILL -> EnumSet.noneOf(DrillNetwork.Way.class);
        };
    }

    private DrillCenter.Layout layout(
            DrillNetwork.Place place,
            DrillNetwork.Place other,
            Map<String, String> common,
            Map<String, String> dns) {
        var name = name(place);
        var address = place.address(DrillCenter.HOST);
        var folder = data.resolve(name);
        var settings = new HashMap<>(common);
        settings.putAll(
                Map.of(
                        "data",
                        folder.toString(),
                        "web.host",
                        address,
                        "cassandra.contact-points",
                        address + ":9042",
                        "cassandra.data-center",
                        name,
                        "replication.host",
                        address,
                        "replication.peers",
                        "%s=http://%s:%d"
                                .formatted(
                                        name(other),
                                        other.address(DrillCenter.HOST),
                                        REPLICATOR_PORT)));
        var answers = new HashMap<>(dns);
        answers.putAll(
                Map.of(
                        "data", folder.resolve("dns").toString(),
                        "dns.listen", address,
                        "ops.host", address));
        return new DrillCenter.Layout(
                folder,
                logs,
                settings,
                answers,
                !plan.without().contains(CentersControl.REPLICATION));
    }

    private static String name(DrillNetwork.Place place) {
        return place.net() == 1 ? EAST : WEST;
    }

    private static Map<String, String> settings() {
        var secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        var all = new HashMap<String, String>();
        all.put("catalog.engine", Engines.CASSANDRA);
        all.put("sessions.engine", Engines.CASSANDRA);
        all.put("blobs.engine", "files");
        all.put("cassandra.replication", EAST + "=1," + WEST + "=1");
        all.put("web.port", String.valueOf(DrillCenter.WEB_PORT));
        all.put("replication.port", String.valueOf(REPLICATOR_PORT));
        all.put("replication.secret", HexFormat.of().formatHex(secret));
        all.put("replication.lost-after", "30s");
        all.put("autoscaler.web-least", "1");
        all.put("autoscaler.web-most", "1");
        all.put("autoscaler.workers-least", "1");
        all.put("autoscaler.workers-most", "1");
        return all;
    }

    private Map<String, String> dns(DrillNetwork.Place east, DrillNetwork.Place west)
            throws IOException {
        var all = new HashMap<String, String>();
        all.put("dns.zone", NAME);
        all.put("dns.database", places().toString());
        all.put("dns.data-centers", entry(east, "38.9/-77.0") + "," + entry(west, "37.4/-122.1"));
        all.put("ops.port", String.valueOf(OPS_PORT));
        return all;
    }

    private String entry(DrillNetwork.Place place, String at) {
        var address = place.address(DrillCenter.HOST);
        var check =
                plan.without().contains(CentersControl.HEALTH)
                        ? ""
                        : " check=http://%s:%d/health/traffic"
                                .formatted(address, DrillCenter.WEB_PORT);
        return "name=%s address=%s at=%s ns=%s peer=http://%s:%d/dns/state%s"
                .formatted(name(place), address, at, address, address, OPS_PORT, check);
    }

    /// The public resolver is far from all of its clients.
    private Path places() throws IOException {
        var file = data.resolve("places.mmdb");
        var map = new MmdbFile("Places-of-a-drill");
        for (var home : homes.entrySet())
            map.add(
                    home.getValue().network(),
                    MmdbFile.city(home.getKey().latitude, home.getKey().longitude));
        map.add(provider.network(), MmdbFile.city(48.9, 2.3));
        map.write(file);
        return file;
    }
}
