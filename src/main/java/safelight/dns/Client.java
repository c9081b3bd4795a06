package safelight.dns;

import static safelight.dns.Wire.u8;

/// An address that decides an answer: the resolver's, or that of a client subnet. Mutable, so that
/// a query costs no allocation; confined to its thread.
final class Client {
    private static final long NAT64 = 0x0064_ff9b_0000_0000L;
    private static final int NAT64_BITS = 96;
    private static final int SIX_TO_FOUR = 0x2002;
    private static final int SIX_TO_FOUR_BITS = 16;

    boolean isSix;
    int four;
    long upper;
    long lower;

    /// Bits of IPv6 before an IPv4 address that is inside.
    int before;

    /// Takes the first `length` bytes as an address, the rest as zero.
    void set(boolean six, byte[] bytes, int at, int length) {
        isSix = six;
        before = 0;
        upper = 0;
        lower = 0;
        for (int i = 0; i < length; i++) {
            if (i < Long.BYTES) upper |= (long) u8(bytes, at + i) << (56 - 8 * i);
            else lower |= (long) u8(bytes, at + i) << (120 - 8 * i);
        }
        four = (int) (upper >>> 32);
        if (six) unwrap();
    }

    /// Bytes of a network that stays with one data center: /24 or /48.
    long network() {
        return isSix ? upper >>> 16 : (four >>> 8) | 1L << 48;
    }

    /// IPv4 addresses that travel in IPv6 are at the place of the IPv4 address.
    private void unwrap() {
        if (upper >>> 48 == SIX_TO_FOUR) {
            isSix = false;
            before = SIX_TO_FOUR_BITS;
            four = (int) (upper >>> 16);
        } else if (upper == NAT64 && lower >>> 32 == 0) {
            isSix = false;
            before = NAT64_BITS;
            four = (int) lower;
        }
    }
}
