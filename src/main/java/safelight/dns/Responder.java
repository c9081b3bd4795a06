package safelight.dns;

import static safelight.dns.Wire.put16;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.steering.Choice;

/// Turns a query into an answer. Addresses of steered names are copied from the snapshot without
/// allocating; all else goes to the zone's text. Confined to its thread.
final class Responder {
    private static final Logger LOG = LoggerFactory.getLogger(Responder.class);

    /// What fits the way without fragments (DNS flag day 2020).
    static final int PAYLOAD_MOST = 1232;

    private static final int PAYLOAD_LEAST = 512;
    private static final int NAME_POINTER = 0xc00c;
    private static final int CLIENT_NETWORK_FOUR = 24;
    private static final int CLIENT_NETWORK_SIX = 48;
    private static final int LENGTH_MASK = 0xff;
    private static final long GOLDEN = 0x9e3779b9L;

    private final Supplier<Snapshot> current;
    private final Identity identity;
    private final Cookies cookies;
    private final RateLimit limit;
    private final Counts counts;
    private final ReplyOptions options;
    private final byte[] dataCenter;

    private long dealt;
    private int end;
    private int flags;
    private int scope;

    /// Who the server is, and how it treats clients.
    record Identity(String dataCenter, boolean usesSubnets) {}

    /// What one thread has for itself.
    record Own(Cookies cookies, RateLimit limit, long start) {}

    Responder(Supplier<Snapshot> current, Identity identity, Own own, Counts counts) {
        this.current = current;
        this.identity = identity;
        this.cookies = own.cookies;
        this.limit = own.limit;
        this.dealt = own.start;
        this.counts = counts;
        this.dataCenter = identity.dataCenter.getBytes(StandardCharsets.US_ASCII);
        this.options = new ReplyOptions(cookies, dataCenter);
    }

    /// Counts datagrams, a batch at a time.
    void received(int datagrams) {
        if (datagrams > 0) counts.udp.add(datagrams);
    }

    /// Answers the first `size` bytes of `query.in`.
    ///
    /// @return bytes in `out`, 0 to say nothing
    int answer(Query query, int size, byte[] out, int nowS) {
        var kind = query.read(size);
        if (kind == Query.Kind.DROP) {
            counts.dropped.increment();
            return 0;
        }
        if (!query.isTcp && !cookies.isValid(query)) {
            var verdict = limit.count(query.resolver, nowS);
            if (verdict != RateLimit.Verdict.SEND) {
                counts.limited.increment();
                boolean isBare = kind != Query.Kind.QUESTION;
                if (verdict == RateLimit.Verdict.DROP || isBare) return 0;
                return truncated(query, out);
            }
        }
        return switch (kind) {
            case MALFORMED -> {
                counts.malformed.increment();
                yield header(query, out, Wire.FORMERR);
            }
            case OTHER_OPCODE -> header(query, out, Wire.NOTIMP);
            default -> whole(query, kind, out);
        };
    }

    /// Errors about the message as a whole are the header alone, so that they amplify nothing.
    private static int header(Query query, byte[] out, int code) {
        out[0] = query.in[0];
        out[1] = query.in[1];
        int kept = query.flags & (Wire.OPCODE | Wire.RECURSION_DESIRED);
        put16(out, 2, Wire.RESPONSE | kept | code);
        for (int at = 4; at < Wire.HEADER; at++) out[at] = 0;
        return Wire.HEADER;
    }

    private int whole(Query query, Query.Kind kind, byte[] out) {
        begin(query, out);
        int code = Wire.NOERROR;
        if (kind == Query.Kind.OTHER_VERSION) code = Wire.BADVERS;
        else if (kind == Query.Kind.QUESTION) code = body(query, out);
        flags = (flags & ~0xf) | (code & 0xf);
        put16(out, 2, flags);
        if (end > room(query, out)) return truncated(query, out);
        if (query.hasEdns) end = options.put(query, out, end, scope, code >>> 4);
        return end;
    }

    private void begin(Query query, byte[] out) {
        System.arraycopy(query.in, 0, out, 0, query.questionEnd);
        flags = Wire.RESPONSE | (query.flags & Wire.RECURSION_DESIRED);
        put16(out, 2, flags);
        put16(out, 4, query.questionEnd > Wire.HEADER ? 1 : 0);
        put16(out, 6, 0);
        put16(out, 8, 0);
        put16(out, 10, 0);
        end = query.questionEnd;
        scope = 0;
    }

    private int room(Query query, byte[] out) {
        int most =
                query.isTcp
                        ? out.length
                        : Math.clamp(query.payloadMost, PAYLOAD_LEAST, PAYLOAD_MOST);
        return most - options.length(query);
    }

    private int truncated(Query query, byte[] out) {
        counts.truncated.increment();
        begin(query, out);
        put16(out, 2, flags | Wire.TRUNCATED);
        if (query.hasEdns) end = options.put(query, out, end, 0, 0);
        return end;
    }

    private int body(Query query, byte[] out) {
        if (query.clazz == Wire.CHAOS) return chaos(query, out);
        if (query.clazz != Wire.IN || query.type == Wire.AXFR || query.type == Wire.IXFR) {
            counts.refused.increment();
            return Wire.REFUSED;
        }
        if (query.type == Wire.OPT) return Wire.FORMERR;
        var snapshot = current.get();
        var name = snapshot.names().find(query);
        try {
            if (name == null) return text(snapshot.zone().answer(query), out);
            if (query.type == Wire.A || query.type == Wire.AAAA)
                return steer(query, snapshot, name, out);
            return text(snapshot.zone().answer(query), out);
        } catch (IOException e) {
            counts.failed.increment();
            LOG.atDebug().setCause(e).log("query not answered");
            return Wire.SERVFAIL;
        }
    }

    private int steer(Query query, Snapshot snapshot, SteeredName name, byte[] out)
            throws IOException {
        counts.steered.increment();
        var client = identity.usesSubnets ? query.client() : query.resolver;
        int found =
                client.isSix
                        ? snapshot.table().find(client.upper)
                        : snapshot.table().find(client.four);
        var choice = name.choice(found >>> Byte.SIZE);
        int length = name.isByPlace ? Math.max(1, found & LENGTH_MASK) : 0;
        int dataCenter = pick(choice, name, client);
        if (choice.isSpread() && name.isSticky)
            length = Math.max(length, client.isSix ? CLIENT_NETWORK_SIX : CLIENT_NETWORK_FOUR);
        scope =
                length == 0 || query.ecsSource == 0 || !identity.usesSubnets
                        ? 0
                        : length + client.before;
        var records = name.records(query.type, dataCenter);
        if (records.count() == 0) return text(snapshot.zone().noData(query), out);
        System.arraycopy(records.bytes(), 0, out, end, records.bytes().length);
        end += records.bytes().length;
        put16(out, 6, records.count());
        flags |= Wire.AUTHORITATIVE;
        return Wire.NOERROR;
    }

    /// Clients that are not sticky are dealt in an even order (the golden ratio's), which keeps to
    /// the weights more closely than chance.
    private int pick(Choice choice, SteeredName name, Client client) {
        if (!choice.isSpread()) return choice.pick(0);
        if (name.isSticky) return choice.pick(Choice.mix(client.network() ^ name.seed));
        dealt += GOLDEN;
        return choice.pick(dealt);
    }

    private int text(ZoneText.Reply reply, byte[] out) {
        if (reply.code() == Wire.REFUSED) counts.refused.increment();
        if (reply.isAuthoritative()) flags |= Wire.AUTHORITATIVE;
        for (int i = 0; i < 3; i++) put16(out, 6 + 2 * i, reply.count(i));
        // what does not fit is not sent, see room()
        int fits = Math.min(reply.body().length, out.length - end);
        System.arraycopy(reply.body(), 0, out, end, fits);
        end += reply.body().length;
        return reply.code();
    }

    /// RFC 4892 and its elders: who answers, but not which version.
    private int chaos(Query query, byte[] out) {
        boolean isAsked = query.type == Wire.TXT || query.type == Wire.ANY;
        if (!isAsked || !ReplyOptions.asksWhoAnswers(query)) {
            counts.refused.increment();
            return Wire.REFUSED;
        }
        var text = dataCenter;
        put16(out, end, NAME_POINTER);
        put16(out, end + 2, Wire.TXT);
        put16(out, end + 4, Wire.CHAOS);
        Wire.put32(out, end + 6, 0);
        put16(out, end + 10, text.length + 1);
        out[end + 12] = (byte) text.length;
        System.arraycopy(text, 0, out, end + 13, text.length);
        end += 13 + text.length;
        put16(out, 6, 1);
        flags |= Wire.AUTHORITATIVE;
        return Wire.NOERROR;
    }
}
