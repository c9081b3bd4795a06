package safelight.dns;

import static safelight.dns.Wire.lower;
import static safelight.dns.Wire.u16;
import static safelight.dns.Wire.u8;

/// A query as it came, taken apart in place. Mutable, so that a query costs no allocation; confined
/// to its thread.
final class Query {
    /// What to do with what came.
    enum Kind {
        /// No query: say nothing.
        DROP,
        /// Not understood.
        MALFORMED,
        /// Another opcode than QUERY.
        OTHER_OPCODE,
        /// A later version of EDNS.
        OTHER_VERSION,
        /// No question, but a cookie to be had.
        COOKIE_ONLY,
        /// A question.
        QUESTION
    }

    private static final int OPTION_ECS = 8;
    private static final int OPTION_NSID = 3;
    private static final int OPTION_COOKIE = 10;
    private static final int COOKIE_CLIENT = 8;
    private static final int COOKIE_LEAST = 16;
    private static final int COOKIE_MOST = 40;
    private static final int RECORD_FIXED = 10;
    private static final int ADDITIONAL_MAX = 8;
    private static final int ECS_FIXED = 4;
    private static final int FOUR = 1;
    private static final int SIX = 2;
    private static final int FOUR_BITS = 32;
    private static final int SIX_BITS = 128;
    private static final long FNV_START = 0xcbf29ce484222325L;
    private static final long FNV = 0x100000001b3L;

    final byte[] in;
    final Client resolver = new Client();
    final Client subnet = new Client();
    int length;
    boolean isTcp;

    int flags;
    int nameEnd;
    int questionEnd;
    long nameHash;
    int type;
    int clazz;

    boolean hasEdns;
    int payloadMost;
    int version;
    boolean wantsDnssec;
    boolean wantsNsid;

    /// 0 for none, else where it is in `in`.
    int ecsAt;

    int ecsLength;
    int ecsSource;

    /// 0 for none, else where it is in `in`.
    int cookieAt;

    int cookieLength;

    Query(int most) {
        in = new byte[most];
    }

    /// Looks at the first `size` bytes of `in`.
    Kind read(int size) {
        reset(size);
        if (size < Wire.HEADER) return Kind.DROP;
        flags = u16(in, 2);
        if ((flags & Wire.RESPONSE) != 0) return Kind.DROP;
        if ((flags & Wire.OPCODE) != 0) return Kind.OTHER_OPCODE;
        int questions = u16(in, 4);
        if (questions > 1 || u16(in, 6) != 0) return Kind.MALFORMED;
        if (questions == 1 && !readQuestion()) return Kind.MALFORMED;
        // An IXFR brings the SOA it has; it is refused whatever that says.
        if (u16(in, 8) != 0) return type == Wire.IXFR ? Kind.QUESTION : Kind.MALFORMED;
        if (!readAdditional(u16(in, 10))) return Kind.MALFORMED;
        if (version > 0) return Kind.OTHER_VERSION;
        if (questions == 0) return cookieAt != 0 ? Kind.COOKIE_ONLY : Kind.MALFORMED;
        return Kind.QUESTION;
    }

    /// Whose place decides.
    Client client() {
        return ecsAt != 0 && ecsSource != 0 ? subnet : resolver;
    }

    int nameLength() {
        return nameEnd - Wire.HEADER;
    }

    private void reset(int size) {
        length = size;
        nameEnd = Wire.HEADER;
        questionEnd = Wire.HEADER;
        type = 0;
        clazz = 0;
        hasEdns = false;
        payloadMost = 0;
        version = 0;
        wantsDnssec = false;
        wantsNsid = false;
        ecsAt = 0;
        ecsSource = 0;
        cookieAt = 0;
    }

    /// Names are compared without case (RFC 4343), so the hash is that of lower case.
    private boolean readQuestion() {
        int at = Wire.HEADER;
        long hash = FNV_START;
        while (at < length) {
            int label = u8(in, at);
            if (label > Wire.LABEL_MAX || at + label - Wire.HEADER >= Wire.NAME_MAX) return false;
            if (at + label + 1 > length) return false;
            hash = (hash ^ label) * FNV;
            if (label == 0) break;
            for (int i = at + 1; i <= at + label; i++) hash = (hash ^ lower(u8(in, i))) * FNV;
            at += label + 1;
        }
        nameEnd = at + 1;
        questionEnd = nameEnd + Wire.QUESTION_FIXED;
        if (questionEnd > length) {
            questionEnd = Wire.HEADER;
            return false;
        }
        nameHash = hash;
        type = u16(in, nameEnd);
        clazz = u16(in, nameEnd + 2);
        return true;
    }

    private boolean readAdditional(int count) {
        if (count > ADDITIONAL_MAX) return false;
        int at = questionEnd;
        for (int i = 0; i < count; i++) {
            int nameAt = at;
            at = skipName(at);
            if (at < 0 || at + RECORD_FIXED > length) return false;
            int end = at + RECORD_FIXED + u16(in, at + 8);
            if (end > length) return false;
            if (u16(in, at) == Wire.OPT) {
                if (hasEdns || u8(in, nameAt) != 0) return false;
                if (!readOpt(at, end)) return false;
            }
            at = end;
        }
        return at == length;
    }

    private int skipName(int from) {
        int at = from;
        while (at < length) {
            int label = u8(in, at);
            if (label == 0) return at + 1;
            if (label >= 0xc0) return at + 2;
            if (label > Wire.LABEL_MAX) return -1;
            at += label + 1;
        }
        return -1;
    }

    private boolean readOpt(int at, int end) {
        hasEdns = true;
        payloadMost = u16(in, at + 2);
        version = u8(in, at + 5);
        wantsDnssec = (in[at + 6] & 0x80) != 0;
        if (version > 0) return true;
        int option = at + RECORD_FIXED;
        while (option < end) {
            if (option + 4 > end) return false;
            int data = option + 4;
            int size = u16(in, option + 2);
            if (data + size > end || !readOption(u16(in, option), data, size)) return false;
            option = data + size;
        }
        return true;
    }

    private boolean readOption(int code, int at, int size) {
        switch (code) {
            case OPTION_NSID -> wantsNsid = true;
            case OPTION_COOKIE -> {
                if (size != COOKIE_CLIENT && (size < COOKIE_LEAST || size > COOKIE_MOST))
                    return false;
                cookieAt = at;
                cookieLength = size;
            }
            case OPTION_ECS -> {
                return readSubnet(at, size);
            }
            default -> {
                // RFC 6891, 6.1.2: options that are not understood are ignored
            }
        }
        return true;
    }

    /// RFC 7871, 6: as many bytes as the prefix needs, no bit set behind it, no scope in a query.
    private boolean readSubnet(int at, int size) {
        if (size < ECS_FIXED || ecsAt != 0) return false;
        int family = u16(in, at);
        int source = u8(in, at + 2);
        int bytes = (source + 7) / 8;
        if (size != ECS_FIXED + bytes || in[at + 3] != 0) return false;
        boolean isKnown =
                (family == FOUR && source <= FOUR_BITS)
                        || (family == SIX && source <= SIX_BITS)
                        || (family == 0 && source == 0);
        if (!isKnown) return false;
        int spare = bytes * 8 - source;
        if (spare > 0 && (u8(in, at + ECS_FIXED + bytes - 1) & (1 << spare) - 1) != 0) return false;
        ecsAt = at;
        ecsLength = size;
        ecsSource = source;
        subnet.set(family == SIX, in, at + ECS_FIXED, bytes);
        return true;
    }
}
