package safelight.dns;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.HINFORecord;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;
import org.xbill.DNS.Zone;

/// The records of a zone that stay the same, from a master file (RFC 1035, 5), by dnsjava: the slow
/// path. Immutable.
final class ZoneText {
    /// What ANY is answered with (RFC 8482, 4.2).
    private static final String ANY_SAYS = "RFC8482";

    private static final int ANY_TTL_S = 3600;

    private final Zone zone;
    private final Name origin;
    private final SOARecord soa;
    private final Set<Name> steered;
    private final TreeSet<Name> all = new TreeSet<>();

    /// What comes behind the question.
    static final class Reply {
        private final int code;
        private final boolean isAuthoritative;
        private final int[] counts;
        private final byte[] body;

        Reply(int code, boolean isAuthoritative, int[] counts, byte[] body) {
            this.code = code;
            this.isAuthoritative = isAuthoritative;
            this.counts = counts;
            this.body = body;
        }

        int code() {
            return code;
        }

        boolean isAuthoritative() {
            return isAuthoritative;
        }

        /// Records of the answer, authority and additional section.
        int count(int section) {
            return counts[section];
        }

        byte[] body() {
            return body;
        }
    }

    private ZoneText(Name origin, List<Record> records, Set<Name> steered) throws IOException {
        this.zone = new Zone(origin, records.toArray(Record[]::new));
        this.origin = origin;
        this.soa = zone.getSOA();
        this.steered = Set.copyOf(steered);
        records.forEach(r -> all.add(r.getName()));
        all.addAll(steered);
        for (var record : records)
            if (steered.contains(record.getName())
                    && Set.of(Type.A, Type.AAAA, Type.CNAME, Type.DNAME).contains(record.getType()))
                throw new IOException(
                        record.getName() + " is steered and has " + Type.string(record.getType()));
    }

    static ZoneText read(Name origin, Path file, Set<Name> steered) throws IOException {
        try (var master = new Master(file.toString(), origin)) {
            return of(origin, master, steered);
        }
    }

    /// From the text of a master file.
    static ZoneText of(Name origin, String text, Set<Name> steered) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        try (var master = new Master(new ByteArrayInputStream(bytes), origin)) {
            return of(origin, master, steered);
        }
    }

    private static ZoneText of(Name origin, Master master, Set<Name> steered) throws IOException {
        master.disableIncludes();
        var records = new ArrayList<Record>();
        for (var next = master.nextRecord(); next != null; next = master.nextRecord()) {
            if (!next.getName().subdomain(origin))
                throw new IOException(next.getName() + " is outside of " + origin);
            records.add(next);
        }
        return new ZoneText(origin, records, steered);
    }

    /// The answer to a question of class IN.
    Reply answer(Query query) throws IOException {
        var question = question(query);
        var name = question.getName();
        if (!name.subdomain(origin)) return bare(Wire.REFUSED, false);
        var message = new Message();
        message.addRecord(question, Section.QUESTION);
        int type = question.getType();
        if (steered.contains(name) || type == Type.ANY) return exact(message, name, type);
        var found = zone.findRecords(name, type);
        if (found.isSuccessful()) found.answers().forEach(s -> add(message, s, Section.ANSWER));
        else if (found.isDelegation()) return referral(message, found.getNS());
        else if (found.isCNAME()) return alias(message, found.getCNAME(), type);
        else if (found.isNXDOMAIN() && !isAbove(name)) return negative(message, Wire.NXDOMAIN);
        else return negative(message, Wire.NOERROR);
        return reply(message, Wire.NOERROR, true);
    }

    private Reply exact(Message message, Name name, int type) {
        if (type == Type.ANY) {
            var found = zone.findRecords(name, Type.ANY);
            if (found.isDelegation()) return referral(message, found.getNS());
            if (found.isNXDOMAIN() && !isAbove(name)) return negative(message, Wire.NXDOMAIN);
            message.addRecord(
                    new HINFORecord(name, DClass.IN, ANY_TTL_S, ANY_SAYS, ""), Section.ANSWER);
            return reply(message, Wire.NOERROR, true);
        }
        var set = zone.findExactMatch(name, type);
        if (set == null) return negative(message, Wire.NOERROR);
        add(message, set, Section.ANSWER);
        return reply(message, Wire.NOERROR, true);
    }

    /// The alias, and what it leads to if that is here and stays the same.
    private Reply alias(Message message, Record alias, int type) {
        message.addRecord(alias, Section.ANSWER);
        var target = ((CNAMERecord) alias).getTarget();
        if (target.subdomain(origin) && !steered.contains(target)) {
            var found = zone.findRecords(target, type);
            if (found.isSuccessful()) found.answers().forEach(s -> add(message, s, Section.ANSWER));
        }
        return reply(message, Wire.NOERROR, true);
    }

    private Reply referral(Message message, RRset servers) {
        add(message, servers, Section.AUTHORITY);
        for (var server : servers.rrs(false)) {
            var target = ((NSRecord) server).getTarget();
            if (!target.subdomain(servers.getName())) continue;
            for (int type : new int[] {Type.A, Type.AAAA}) {
                var glue = zone.findExactMatch(target, type);
                if (glue != null) add(message, glue, Section.ADDITIONAL);
            }
        }
        return reply(message, Wire.NOERROR, false);
    }

    /// RFC 2308, 3: the SOA, for as long as its minimum says.
    private Reply negative(Message message, int code) {
        message.addRecord(shortened(), Section.AUTHORITY);
        return reply(message, code, true);
    }

    /// The authority section of a negative answer to `question`.
    Reply noData(Query question) throws IOException {
        var message = new Message();
        message.addRecord(question(question), Section.QUESTION);
        return negative(message, Wire.NOERROR);
    }

    static Reply bare(int code, boolean isAuthoritative) {
        return new Reply(code, isAuthoritative, new int[3], new byte[0]);
    }

    private SOARecord shortened() {
        return new SOARecord(
                soa.getName(),
                soa.getDClass(),
                Math.min(soa.getTTL(), soa.getMinimum()),
                soa.getHost(),
                soa.getAdmin(),
                soa.getSerial(),
                soa.getRefresh(),
                soa.getRetry(),
                soa.getExpire(),
                soa.getMinimum());
    }

    /// Whether it is there only because something below it is (RFC 8020).
    private boolean isAbove(Name name) {
        return all.contains(name) || all.stream().anyMatch(n -> n.subdomain(name));
    }

    private static void add(Message message, RRset set, int section) {
        for (var record : set.rrs(false)) message.addRecord(record, section);
    }

    private static Record question(Query query) throws IOException {
        var name = new Name(Arrays.copyOfRange(query.in, Wire.HEADER, query.nameEnd));
        return Record.newRecord(name, query.type, query.clazz);
    }

    private static Reply reply(Message message, int code, boolean isAuthoritative) {
        var wire = message.toWire();
        int questionEnd = Wire.HEADER + message.getQuestion().getName().length() + 4;
        var counts =
                new int[] {
                    message.getHeader().getCount(Section.ANSWER),
                    message.getHeader().getCount(Section.AUTHORITY),
                    message.getHeader().getCount(Section.ADDITIONAL)
                };
        return new Reply(
                code, isAuthoritative, counts, Arrays.copyOfRange(wire, questionEnd, wire.length));
    }
}
