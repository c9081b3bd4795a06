package safelight.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;
import safelight.drill.Event;
import safelight.drill.History;

/// How clients of a drill ask DNS: their resolver, and not again before the TTL of its answer is
/// over, as everybody should. Thread-safe.
final class StubResolver {
    private static final Duration ANSWER_MOST = Duration.ofSeconds(3);

    private final SimpleResolver resolver;
    private final Message question;
    private final Map<String, String> names;
    private final History history;
    private final Clock clock;
    private final Map<Integer, Held> held = new ConcurrentHashMap<>();

    private record Held(String address, Instant until) {}

    /// Asks `server` about `name`; `names` are the data centers by their addresses.
    StubResolver(
            String server, String name, Map<String, String> names, History history, Clock clock)
            throws IOException {
        this.resolver =
                new SimpleResolver(new InetSocketAddress(InetAddress.ofLiteral(server), 53));
        resolver.setTimeout(ANSWER_MOST);
        this.question =
                Message.newQuery(Record.newRecord(Name.fromString(name + "."), Type.A, DClass.IN));
        this.names = names;
        this.history = history;
        this.clock = clock;
    }

    /// Where the client of this number has to go now; empty if its resolver does not say.
    Optional<String> address(int client) {
        var known = Optional.ofNullable(held.get(client));
        if (known.isPresent() && clock.instant().isBefore(known.get().until))
            return known.map(Held::address);
        var found = ask();
        found.ifPresent(record -> {
            var address = record.getAddress().getHostAddress();
            held.put(client, new Held(address, clock.instant().plusSeconds(record.getTTL())));
            history.add(
                    new Event.Resolved(
                            clock.millis(),
                            client,
                            names.getOrDefault(address, address),
                            record.getTTL()));
        });
        return found.map(record -> record.getAddress().getHostAddress());
    }

    private Optional<ARecord> ask() {
        try {
            return resolver.send(question.clone()).getSection(Section.ANSWER).stream()
                    .filter(ARecord.class::isInstance)
                    .map(ARecord.class::cast)
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
