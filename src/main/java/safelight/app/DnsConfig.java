package safelight.app;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import safelight.dns.DnsPlan;
import safelight.dns.DnsSettings;
import safelight.geo.Place;
import safelight.geo.Prefix;
import safelight.settings.Setting;
import safelight.settings.Settings;
import safelight.steering.DataCenter;
import safelight.steering.NamePolicy;
import safelight.steering.Streak;

/// The settings of `dns`.
record DnsConfig(Settings settings) {
    private static final Pattern SECRET_TEXT = Pattern.compile("[0-9a-fA-F]{32}");
    private static final Pattern KILOMETERS = Pattern.compile("(-?\\d{1,5})km");
    private static final Pattern AT = Pattern.compile("(-?\\d+(?:\\.\\d+)?)/(-?\\d+(?:\\.\\d+)?)");
    private static final Set<String> SITE_WORDS =
            Set.of("name", "address", "at", "bias", "weight", "check", "peer", "ns");
    private static final Set<String> NAME_WORDS =
            Set.of("name", "mode", "weights", "fallback", "spread", "closed", "ttl");
    private static final int WEIGHT = 100;

    private static final Setting<String> ZONE =
            Setting.text("dns.zone", "", "Zone that `dns` answers for, such as `example.org`");
    private static final Setting<String> SITES =
            Setting.text(
                    "dns.data-centers",
                    "",
                    "List of data centers: `name=us-east address=192.0.2.1 at=38.9/-77.0`, and if"
                            + " wanted more `address=`, `weight=70`, `bias=200km`, `check=`"
                            + " (`http:`,"
                            + " `https:`, `tcp:`), `peer=` (its dns, `http://HOST:PORT/dns/state`),"
                            + " `ns=` (address of its dns)");
    private static final Setting<String> NAMES =
            Setting.text(
                    "dns.names",
                    "name=@",
                    "List of steered names, `@` for the zone: `name=photos`, and if wanted"
                            + " `mode=` (`nearest`, `weights`, `order`),"
                            + " `weights=us-east:70/us-west:30`,"
                            + " `fallback=us-west/us-east`, `spread=` (`sticky`, `random`),"
                            + " `closed=true`, `ttl=30s`");
    private static final Setting<String> OVERRIDES =
            Setting.text(
                    "dns.overrides",
                    "",
                    "List of networks with an order of their own: `10.0.0.0/8=us-east/us-west`");
    private static final Setting<String> WITHIN =
            Setting.text(
                    "dns.near",
                    "0km",
                    "Data centers that are so much further than the nearest count as"
                            + " near, and share"
                            + " by weight");
    private static final Setting<String> ZONE_FILE =
            Setting.text(
                    "dns.zone-file",
                    "",
                    "Master file with the zone's other records; without one there are SOA and NS");
    private static final Setting<String> DATABASE =
            Setting.text(
                    "dns.database",
                    "",
                    "A `.mmdb` file with places or countries; empty for a small built-in table");
    private static final Setting<String> LISTEN =
            Setting.text(
                    "dns.listen",
                    "127.0.0.1",
                    "Addresses to listen on, IPv4 and IPv6, with commas; `0.0.0.0` or `::` for each"
                            + " that this host has at the start");
    private static final Setting<Integer> PORT =
            Setting.number("dns.port", 53, 0, 65_535, "Port, UDP and TCP; 0 for any free one");
    private static final Setting<Integer> THREADS =
            Setting.number(
                    "dns.threads", 0, 0, 64, "UDP threads on each address; 0 for one on each core");
    private static final Setting<Integer> CONNECTIONS =
            Setting.number("dns.connections-most", 1000, 1, 100_000, "TCP connections at once");
    private static final Setting<Integer> RATE =
            Setting.number(
                    "dns.rate-most",
                    1000,
                    0,
                    1_000_000,
                    "Answers a second by UDP, and thread, to one /24 or /56 without a cookie; 0 for"
                            + " no limit");
    private static final Setting<Boolean> SUBNETS =
            Setting.flag("dns.client-subnet", true, "Whether a client subnet (RFC 7871) counts");
    private static final Setting<String> SECRET =
            Setting.secret(
                    "dns.cookie-secret",
                    "32 hexadecimal digits for cookies, the same on all servers of the zone; empty"
                            + " for some of its own");
    private static final Setting<String> ADMIN =
            Setting.text(
                    "dns.admin-file",
                    "",
                    "File of drains; empty for `dns-admin` in the data folder");
    private static final Setting<Duration> EVERY =
            Setting.duration("dns.check-every", "5s", "How often a data center is checked");
    private static final Setting<Duration> ANSWER =
            Setting.duration("dns.check-most", "2s", "Time that a check may take");
    private static final Setting<Integer> DOWN =
            Setting.number("dns.check-down", 3, 1, 100, "Failed checks until it is down");
    private static final Setting<Integer> UP =
            Setting.number("dns.check-up", 6, 1, 100, "Passed checks until it is up again");

    static final List<Setting<?>> ALL =
            List.of(
                    ZONE,
                    SITES,
                    NAMES,
                    OVERRIDES,
                    WITHIN,
                    ZONE_FILE,
                    DATABASE,
                    LISTEN,
                    PORT,
                    THREADS,
                    CONNECTIONS,
                    RATE,
                    SUBNETS,
                    SECRET,
                    ADMIN,
                    EVERY,
                    ANSWER,
                    DOWN,
                    UP);

    /// The port, if one was given.
    Optional<Integer> portGiven() {
        return settings.isGiven(PORT) ? Optional.of(settings.get(PORT)) : Optional.empty();
    }

    /// The zone, if one was given.
    Optional<String> zone() {
        return Optional.of(settings.get(ZONE)).filter(z -> !z.isEmpty());
    }

    /// What was given of names, overrides, zone file and database, by key.
    Map<String, String> given() {
        return Stream.of(NAMES, OVERRIDES, WITHIN, ZONE_FILE, DATABASE)
                .filter(settings::isGiven)
                .collect(Collectors.toMap(Setting::key, settings::get));
    }

    /// What was given of one data center, if anything was.
    Optional<Words> site(String name) {
        return read(SITES, () -> Words.list(settings.get(SITES), SITE_WORDS)).stream()
                .filter(w -> w.each("name").contains(name))
                .findFirst();
    }

    /// Where the DNS server of a data center says what it knows, if anybody asks it.
    Optional<URI> state(String name) {
        return read(
                SITES,
                () -> site(name).flatMap(w -> w.one("peer")).map(p -> uri(p, "http", "https")));
    }

    /// Words of a data center, as a person wrote them.
    static Words words(String text) {
        return read(SITES, () -> Words.list(text, SITE_WORDS).getFirst());
    }

    /// What to serve; stops the start with a sentence if that cannot be.
    DnsPlan plan() {
        if (settings.get(ZONE).isEmpty())
            throw new CannotStart("dns.zone is not set: which zone is to be served?");
        var sites = read(SITES, () -> Words.list(settings.get(SITES), SITE_WORDS));
        var parsed = read(SITES, () -> sites.stream().map(DnsConfig::site).toList());
        var dataCenters = parsed.stream().map(DnsPlan.Site::dataCenter).toList();
        var names =
                read(
                        NAMES,
                        () ->
                                Words.list(settings.get(NAMES), NAME_WORDS).stream()
                                        .map(w -> served(w, dataCenters))
                                        .toList());
        var overrides = read(OVERRIDES, () -> overrides(dataCenters));
        return read(
                SITES,
                () ->
                        new DnsPlan(
                                settings.get(ZONE),
                                parsed,
                                names,
                                overrides,
                                read(WITHIN, () -> kilometers(settings.get(WITHIN))),
                                file(ZONE_FILE)));
    }

    /// How to serve it.
    ///
    /// @param secret for cookies if none is set
    DnsSettings how(String dataCenter, Path data, String secret) {
        int threads = settings.get(THREADS);
        return new DnsSettings(
                dataCenter,
                listen(),
                settings.get(PORT),
                threads > 0 ? threads : Runtime.getRuntime().availableProcessors(),
                settings.get(CONNECTIONS),
                settings.get(RATE),
                settings.get(SUBNETS),
                secret(secret),
                file(DATABASE),
                data.resolve("dns-table"),
                adminFile(data),
                new DnsSettings.CheckRules(
                        settings.get(EVERY),
                        settings.get(ANSWER),
                        new Streak.Thresholds(settings.get(DOWN), settings.get(UP))));
    }

    Path adminFile(Path data) {
        return file(ADMIN).orElse(data.resolve("dns-admin"));
    }

    private List<InetAddress> listen() {
        return read(
                LISTEN,
                () ->
                        Arrays.stream(settings.get(LISTEN).split(",", -1))
                                .map(String::strip)
                                .map(InetAddress::ofLiteral)
                                .flatMap(a -> a.isAnyLocalAddress() ? here(a) : Stream.of(a))
                                .distinct()
                                .toList());
    }

    /// Each by itself, since an answer has to come from the address that was asked.
    private static Stream<InetAddress> here(InetAddress any) {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(a -> a.getClass().equals(any.getClass()))
                    .filter(a -> !a.isLinkLocalAddress());
        } catch (SocketException e) {
            throw new IllegalArgumentException("this host does not say its addresses", e);
        }
    }

    private String secret(String otherwise) {
        var text = settings.get(SECRET);
        if (text.isEmpty()) return otherwise;
        return read(
                SECRET,
                () -> {
                    if (!SECRET_TEXT.matcher(text).matches())
                        throw new IllegalArgumentException("has 32 hexadecimal digits");
                    return text;
                });
    }

    private static DnsPlan.Site site(Words words) {
        var name = words.needed("name");
        var at = AT.matcher(words.needed("at"));
        if (!at.matches())
            throw new IllegalArgumentException(
                    "at= of %s is latitude/longitude, like 38.9/-77.0".formatted(name));
        var place = new Place(Double.parseDouble(at.group(1)), Double.parseDouble(at.group(2)));
        return new DnsPlan.Site(
                new DataCenter(
                        name,
                        place,
                        words.one("bias").map(DnsConfig::kilometers).orElse(0.0),
                        words.one("weight").map(DnsConfig::weight).orElse(WEIGHT)),
                words.each("address").stream().map(InetAddress::ofLiteral).toList(),
                words.one("ns").map(InetAddress::ofLiteral),
                words.one("check").map(c -> uri(c, "tcp", "http", "https")),
                words.one("peer").map(p -> uri(p, "http", "https")));
    }

    private static DnsPlan.Served served(Words words, List<DataCenter> all) {
        var weights =
                words.one("weights")
                        .map(w -> weights(w, all))
                        .orElse(all.stream().map(DataCenter::weight).toList());
        var fallbacks = words.one("fallback").map(f -> order(f, all)).orElse(List.of());
        var lifetime =
                Setting.duration("ttl", "30s", "").read().apply(words.one("ttl").orElse("30s"));
        try {
            return new DnsPlan.Served(
                    words.needed("name"),
                    new NamePolicy(
                            mode(words.one("mode").orElse("nearest")),
                            weights,
                            fallbacks,
                            choice(words, "spread", "sticky", "random"),
                            !choice(words, "closed", "false", "true")),
                    lifetime);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(words.needed("name") + ": " + e.getMessage(), e);
        }
    }

    /// Whether it is the first of two words, which is also the default.
    private static boolean choice(Words words, String key, String first, String second) {
        var given = words.one(key).orElse(first);
        if (!given.equals(first) && !given.equals(second))
            throw new IllegalArgumentException(
                    "%s= is %s or %s, not %s".formatted(key, first, second, given));
        return given.equals(first);
    }

    private static NamePolicy.Mode mode(String text) {
        return switch (text) {
            case "nearest" -> NamePolicy.Mode.NEAREST;
            case "weights" -> NamePolicy.Mode.WEIGHTS;
            case "order" -> NamePolicy.Mode.ORDER;
            default ->
                    throw new IllegalArgumentException(
                            "mode= is nearest, weights or order, not " + text);
        };
    }

    private List<DnsPlan.NetworkOrder> overrides(List<DataCenter> all) {
        return Arrays.stream(settings.get(OVERRIDES).split(",", -1))
                .map(String::strip)
                .filter(s -> !s.isEmpty())
                .map(entry -> {
                    var parts = entry.split("=", -1);
                    var network =
                            parts.length == 2 ? Prefix.parse(parts[0]) : Optional.<Prefix>empty();
                    return new DnsPlan.NetworkOrder(
                            network.orElseThrow(() ->
                                    new IllegalArgumentException(
                                            "'"
                                                    + entry
                                                    + "' is not like 10.0.0.0/8=us-east, with"
                                                    + " at most 32 or 64 bits")),
                            order(parts[1], all));
                })
                .toList();
    }

    private static List<Integer> order(String text, List<DataCenter> all) {
        return Arrays.stream(text.split("/", -1)).map(name -> index(name, all)).toList();
    }

    private static List<Integer> weights(String text, List<DataCenter> all) {
        var weights = new Integer[all.size()];
        Arrays.fill(weights, 0);
        for (var part : text.split("/", -1)) {
            var pair = part.split(":", -1);
            if (pair.length != 2)
                throw new IllegalArgumentException(
                        "weights= is like us-east:70/us-west:30, not " + text);
            weights[index(pair[0], all)] = weight(pair[1]);
        }
        return List.of(weights);
    }

    private static int index(String name, List<DataCenter> all) {
        return IntStream.range(0, all.size())
                .filter(i -> all.get(i).name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "there is no data center '%s' in dns.data-centers"
                                        .formatted(name)));
    }

    private static int weight(String text) {
        if (!text.matches("-?\\d{1,7}"))
            throw new IllegalArgumentException("a weight is a whole number, not " + text);
        return Integer.parseInt(text);
    }

    private static double kilometers(String text) {
        var match = KILOMETERS.matcher(text);
        if (!match.matches())
            throw new IllegalArgumentException("a distance is like 200km, not " + text);
        return Integer.parseInt(match.group(1));
    }

    private static URI uri(String text, String... schemes) {
        var uri = URI.create(text);
        if (!Arrays.asList(schemes).contains(uri.getScheme()) || uri.getHost() == null)
            throw new IllegalArgumentException(
                    text + " begins with none of " + String.join(", ", schemes));
        if (uri.getScheme().equals("tcp") && uri.getPort() < 0)
            throw new IllegalArgumentException(text + " has no port");
        return uri;
    }

    private Optional<Path> file(Setting<String> setting) {
        return Optional.of(settings.get(setting)).filter(s -> !s.isEmpty()).map(Path::of);
    }

    private static <T> T read(Setting<?> setting, Supplier<T> reader) {
        try {
            return reader.get();
        } catch (IllegalArgumentException e) {
            throw new CannotStart(setting.key() + ": " + e.getMessage(), e);
        }
    }
}
