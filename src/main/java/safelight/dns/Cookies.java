package safelight.dns;

import java.time.Clock;

/// Server cookies of RFC 9018, which all servers that share a secret make and know alike. Confined
/// to its thread.
final class Cookies {
    /// Client cookie and server cookie.
    static final int LENGTH = 24;

    private static final int CLIENT = 8;
    private static final int HASHED = 16;
    private static final int VERSION = 1 << 24;
    private static final int AGE_MOST_S = 3600;
    private static final int AHEAD_MOST_S = 300;

    private final SipHash hash;
    private final Clock clock;
    private final byte[] hashed = new byte[HASHED + 16];
    private final byte[] expected = new byte[LENGTH];

    Cookies(byte[] secret, Clock clock) {
        hash = new SipHash(secret);
        this.clock = clock;
    }

    /// Whether the query has a cookie that this server gave to this client lately.
    boolean isValid(Query query) {
        if (query.cookieAt == 0 || query.cookieLength != LENGTH) return false;
        int at = query.cookieAt;
        if (query.in[at + CLIENT] != VERSION >>> 24) return false;
        int madeAt = Wire.u16(query.in, at + 12) << 16 | Wire.u16(query.in, at + 14);
        // serial arithmetic, since the stamp has 32 bits
        int age = nowS() - madeAt;
        if (age > AGE_MOST_S || age < -AHEAD_MOST_S) return false;
        // the reserved bytes count as they came, in case another server sets them
        make(
                query,
                Wire.u16(query.in, at + 8) << 16 | Wire.u16(query.in, at + 10),
                madeAt,
                expected,
                0);
        int difference = 0;
        for (int i = 0; i < LENGTH; i++) difference |= expected[i] ^ query.in[at + i];
        return difference == 0;
    }

    /// Puts the cookie for this client to `out`.
    void put(Query query, byte[] out, int at) {
        make(query, VERSION, nowS(), out, at);
    }

    private void make(Query query, int kind, int madeAtS, byte[] out, int at) {
        System.arraycopy(query.in, query.cookieAt, hashed, 0, CLIENT);
        Wire.put32(hashed, CLIENT, kind);
        Wire.put32(hashed, 12, madeAtS);
        int length = HASHED + address(query.resolver);
        System.arraycopy(hashed, 0, out, at, HASHED);
        long sum = hash.of(hashed, length);
        for (int i = 0; i < Long.BYTES; i++) out[at + HASHED + i] = (byte) (sum >>> (8 * i));
    }

    private int address(Client resolver) {
        Wire.put32(hashed, HASHED, (int) (resolver.upper >>> 32));
        if (!resolver.isSix && resolver.before == 0) return 4;
        Wire.put32(hashed, HASHED + 4, (int) resolver.upper);
        Wire.put32(hashed, HASHED + 8, (int) (resolver.lower >>> 32));
        Wire.put32(hashed, HASHED + 12, (int) resolver.lower);
        return 16;
    }

    private int nowS() {
        return (int) (clock.millis() / 1000);
    }
}
