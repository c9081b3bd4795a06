package safelight.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.ClientSubnetOption;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import safelight.geo.GeoDatabase;
import safelight.geo.Place;
import safelight.geo.Prefix;
import safelight.steering.Availability;
import safelight.steering.DataCenter;
import safelight.steering.NamePolicy;

/// A zone with two data centers and a responder for it; messages are made and read by dnsjava,
/// which thereby is the oracle.
final class Fixture {
    static final String EAST = "192.0.2.1";
    static final String WEST = "192.0.2.2";
    static final byte[] SECRET = HexFormat.of().parseHex("e5e973e5a6b2a43f48e7dc849e37bfcf");
    static final String ZONE =
            """
            $TTL 600
            @      3600 IN SOA ns1 admin 7 3600 600 604800 120
            @      3600 IN NS  ns1
            ns1         IN A   192.0.2.53
            @           IN MX  10 mail
            mail        IN A   192.0.2.25
            www         IN CNAME photos
            alias       IN CNAME mail
            photos      IN TXT "of everybody"
            deep.below  IN A   192.0.2.99
            sub         IN NS  ns.sub
            ns.sub      IN A   192.0.2.54
            *.wild      IN A   192.0.2.77
            big         IN TXT "%s"
            """
                    .formatted("x".repeat(250) + ("\" \"" + "y".repeat(250)).repeat(6));

    final DnsPlan plan;
    final Counts counts = new Counts();
    private final Responder responder;
    private final Query query = new Query(BatchListener.QUERY_MOST);
    private String resolver = "127.0.0.1";

    Fixture(Path folder) throws IOException {
        this(folder, 0, Clock.systemUTC());
    }

    Fixture(Path folder, int rateMost, Clock clock) throws IOException {
        var file = folder.resolve("zone");
        Files.writeString(file, ZONE);
        plan = plan(Optional.of(file));
        var answers = Answers.of(plan, List.of());
        GeoMap map;
        try {
            map = GeoMap.make(plan, Optional.empty(), folder.resolve("table"));
        } catch (GeoDatabase.Damaged e) {
            throw new IOException(e);
        }
        var snapshot = answers.make(map, Availability.all(2), Duration.ofSeconds(30));
        responder =
                new Responder(
                        () -> snapshot,
                        new Responder.Identity("us-east", true),
                        new Responder.Own(new Cookies(SECRET, clock), new RateLimit(rateMost), 1),
                        counts);
    }

    static DnsPlan plan(Optional<Path> zoneFile) {
        var sites =
                List.of(
                        site("us-east", new Place(38.9, -77), EAST, "2001:db8::1"),
                        site("eu-west", new Place(53.3, -6.3), WEST, "2001:db8::2"));
        return new DnsPlan(
                "example.org",
                sites,
                List.of(
                        served("photos", NamePolicy.Mode.NEAREST, true),
                        served("@", NamePolicy.Mode.NEAREST, true),
                        served("split", NamePolicy.Mode.WEIGHTS, true),
                        served("dealt", NamePolicy.Mode.WEIGHTS, false)),
                List.of(
                        new DnsPlan.NetworkOrder(
                                Prefix.parse("203.0.113.0/24").orElseThrow(), List.of(1))),
                0,
                zoneFile);
    }

    private static DnsPlan.Site site(String name, Place place, String... addresses) {
        return new DnsPlan.Site(
                new DataCenter(name, place, 0, name.equals("us-east") ? 70 : 30),
                Arrays.stream(addresses).map(InetAddress::ofLiteral).toList(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static DnsPlan.Served served(String name, NamePolicy.Mode mode, boolean isSticky) {
        return new DnsPlan.Served(
                name,
                new NamePolicy(mode, List.of(70, 30), List.of(), isSticky, false),
                Duration.ofSeconds(30));
    }

    Fixture from(String address) {
        resolver = address;
        return this;
    }

    Fixture byTcp() {
        query.isTcp = true;
        return this;
    }

    /// The answer's bytes; empty for none.
    byte[] raw(byte[] question) {
        var out = new byte[query.isTcp ? 65_535 : BatchListener.ANSWER_MOST];
        int size = Math.min(question.length, query.in.length);
        System.arraycopy(question, 0, query.in, 0, size);
        var address = InetAddress.ofLiteral(resolver).getAddress();
        query.resolver.set(address.length > 4, address, 0, address.length);
        int length = responder.answer(query, size, out, 1000);
        return Arrays.copyOf(out, length);
    }

    Message ask(Message question) throws IOException {
        return new Message(raw(question.toWire()));
    }

    Message ask(String name, int type, EDNSOption... options) throws IOException {
        return ask(question(name, type, options));
    }

    static Message question(String name, int type, EDNSOption... options) throws IOException {
        var record = Record.newRecord(Name.fromString(name + "."), type, DClass.IN);
        var message = Message.newQuery(record);
        if (options.length > 0)
            message.addRecord(new OPTRecord(1232, 0, 0, 0, options), Section.ADDITIONAL);
        return message;
    }

    static EDNSOption subnet(String network) {
        var parts = network.split("/", -1);
        return new ClientSubnetOption(Integer.parseInt(parts[1]), InetAddress.ofLiteral(parts[0]));
    }

    static int scope(Message answer) {
        return answer.getOPT().getOptions(EDNSOption.Code.CLIENT_SUBNET).stream()
                .map(o -> ((ClientSubnetOption) o).getScopePrefixLength())
                .findFirst()
                .orElse(-1);
    }

    static List<String> answers(Message message) {
        return message.getSection(Section.ANSWER).stream().map(Record::rdataToString).toList();
    }
}
