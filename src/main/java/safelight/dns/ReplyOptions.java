package safelight.dns;

import static safelight.dns.Wire.put16;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/// The OPT record of an answer (RFC 6891): client subnet with its scope, cookie, and who answers.
final class ReplyOptions {
    private static final int ECS = 8;
    private static final int NSID = 3;
    private static final int COOKIE = 10;
    private static final int FIXED = 11;
    private static final int OPTION_FIXED = 4;
    private static final int SCOPE_AT = 3;
    private static final int DNSSEC_OK = 0x8000;
    private static final Set<String> WHO = Set.of("\2id\6server\0", "\10hostname\4bind\0");

    private final Cookies cookies;
    private final byte[] dataCenter;

    ReplyOptions(Cookies cookies, byte[] dataCenter) {
        this.cookies = cookies;
        this.dataCenter = dataCenter;
    }

    /// Bytes that {@link #put} will need.
    int length(Query query) {
        if (!query.hasEdns) return 0;
        int length = FIXED;
        if (query.ecsAt != 0) length += OPTION_FIXED + query.ecsLength;
        if (query.cookieAt != 0) length += OPTION_FIXED + Cookies.LENGTH;
        if (query.wantsNsid) length += OPTION_FIXED + dataCenter.length;
        return length;
    }

    /// Puts it behind what is there, and counts it.
    ///
    /// @return the new end
    int put(Query query, byte[] out, int from, int scope, int highCode) {
        out[from] = 0;
        put16(out, from + 1, Wire.OPT);
        put16(out, from + 3, Responder.PAYLOAD_MOST);
        out[from + 5] = (byte) highCode;
        out[from + 6] = 0;
        put16(out, from + 7, query.wantsDnssec ? DNSSEC_OK : 0);
        int at = from + FIXED;
        if (query.ecsAt != 0) {
            at = option(out, at, ECS, query.ecsLength);
            System.arraycopy(query.in, query.ecsAt, out, at, query.ecsLength);
            out[at + SCOPE_AT] = (byte) scope;
            at += query.ecsLength;
        }
        if (query.cookieAt != 0) {
            at = option(out, at, COOKIE, Cookies.LENGTH);
            cookies.put(query, out, at);
            at += Cookies.LENGTH;
        }
        if (query.wantsNsid) {
            at = option(out, at, NSID, dataCenter.length);
            System.arraycopy(dataCenter, 0, out, at, dataCenter.length);
            at += dataCenter.length;
        }
        put16(out, from + 9, at - from - FIXED);
        put16(out, 10, Wire.u16(out, 10) + 1);
        return at;
    }

    static boolean asksWhoAnswers(Query query) {
        var name =
                new String(query.in, Wire.HEADER, query.nameLength(), StandardCharsets.ISO_8859_1);
        return WHO.contains(name.toLowerCase(Locale.ROOT));
    }

    private static int option(byte[] out, int at, int code, int length) {
        put16(out, at, code);
        put16(out, at + 2, length);
        return at + OPTION_FIXED;
    }
}
