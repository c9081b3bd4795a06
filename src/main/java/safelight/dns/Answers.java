package safelight.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;
import safelight.steering.Availability;
import safelight.steering.NamePolicy;
import safelight.steering.Steering;

/// Makes snapshots of a plan: which data centers are available in, ready answers out.
final class Answers {
    private static final int RECORD_FIXED = 12;
    private static final int NAME_POINTER = 0xc00c;
    private static final long FNV = 0x100000001b3L;

    private final DnsPlan plan;
    private final ZoneText zone;

    private Answers(DnsPlan plan, ZoneText zone) {
        this.plan = plan;
        this.zone = zone;
    }

    /// Reads the zone's text.
    ///
    /// @param own addresses that this server listens on, named in the zone if the plan names none
    /// @throws IOException with a sentence, if there is something wrong with it
    static Answers of(DnsPlan plan, List<InetAddress> own) throws IOException {
        var origin = Name.fromString(plan.origin(), Name.root);
        var steered = new HashSet<Name>();
        for (var served : plan.names()) {
            if (!steered.add(name(served, origin)))
                throw new IOException("the name " + served.name() + " is there twice");
        }
        var text =
                plan.zoneFile().isPresent()
                        ? ZoneText.read(origin, plan.zoneFile().get(), steered)
                        : ZoneText.of(origin, ownText(plan, own), steered);
        return new Answers(plan, text);
    }

    /// What to answer while `now` holds; nobody may keep an answer for longer than `most`.
    Snapshot make(GeoMap map, Availability now, Duration most) {
        var names = plan.names().stream().map(s -> steered(s, map, now, most)).toList();
        return new Snapshot(map.table(), new Names(names), zone);
    }

    private SteeredName steered(
            DnsPlan.Served served, GeoMap map, Availability now, Duration most) {
        var name = lower(served);
        long seed = 0;
        for (byte letter : name) seed = (seed ^ letter) * FNV;
        var policy = served.policy();
        // With random weights everybody shares one answer, unless a network has its own.
        boolean isByPlace = policy.mode() == NamePolicy.Mode.NEAREST || !plan.overrides().isEmpty();
        var choices = map.preferences().stream().map(p -> Steering.choice(policy, p, now)).toList();
        var lifetime = served.lifetime().compareTo(most) < 0 ? served.lifetime() : most;
        return new SteeredName(
                new SteeredName.Who(name, seed, policy.isSticky(), isByPlace),
                choices,
                plan.sites().stream().map(s -> records(s, Wire.A, lifetime)).toList(),
                plan.sites().stream().map(s -> records(s, Wire.AAAA, lifetime)).toList());
    }

    private byte[] lower(DnsPlan.Served served) {
        try {
            var origin = Name.fromString(plan.origin(), Name.root);
            return name(served, origin).toWireCanonical();
        } catch (TextParseException e) {
            throw new IllegalStateException("it was read before: " + served.name(), e);
        }
    }

    private static Name name(DnsPlan.Served served, Name origin) throws TextParseException {
        return served.name().equals("@") ? origin : Name.fromString(served.name(), origin);
    }

    private static SteeredName.Records records(DnsPlan.Site site, int type, Duration lifetime) {
        int size = type == Wire.A ? 4 : 16;
        var addresses =
                site.addresses().stream()
                        .map(InetAddress::getAddress)
                        .filter(a -> a.length == size)
                        .toList();
        var all = ByteBuffer.allocate(addresses.size() * (RECORD_FIXED + size));
        for (var address : addresses)
            all.putShort((short) NAME_POINTER)
                    .putShort((short) type)
                    .putShort((short) Wire.IN)
                    .putInt((int) lifetime.toSeconds())
                    .putShort((short) size)
                    .put(address);
        return new SteeredName.Records(all.array(), addresses.size());
    }

    /// A zone without a file: a SOA, and a name server in each data center that has one.
    private static String ownText(DnsPlan plan, List<InetAddress> own) {
        var servers =
                plan.sites().stream()
                        .filter(s -> s.nameServer().isPresent())
                        .map(s -> server(s.dataCenter().name(), s.nameServer().get()))
                        .toList();
        if (servers.isEmpty())
            servers = own.stream().distinct().map(a -> server("here", a)).toList();
        var first = servers.getFirst().lines().findFirst().orElseThrow().split(" ", -1)[4];
        return "@ 3600 IN SOA %s hostmaster 1 3600 600 604800 60\n%s"
                .formatted(first, String.join("", new LinkedHashSet<>(servers)));
    }

    private static String server(String dataCenter, InetAddress address) {
        var name = dataCenter.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-") + ".ns";
        return "@ 3600 IN NS %s\n%s 3600 IN %s %s\n"
                .formatted(
                        name,
                        name,
                        address.getAddress().length > 4 ? "AAAA" : "A",
                        address.getHostAddress());
    }
}
