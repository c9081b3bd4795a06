package safelight.geo;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/// A network: an IPv4 prefix of up to 32 bits, or an IPv6 prefix of up to 64, which is where hosts
/// begin. `bits` holds the IPv4 address in its lower half, or the upper half of the IPv6 address.
public record Prefix(boolean isSix, long bits, int length) {
    /// Bits of an IPv4 address.
    public static final int FOUR_BITS = 32;

    /// Bits of an IPv6 address that tell networks apart.
    public static final int SIX_BITS = 64;

    /// Refuses bits outside of the prefix.
    public Prefix {
        int width = isSix ? SIX_BITS : FOUR_BITS;
        if (length < 0 || length > width)
            throw new IllegalArgumentException("a prefix has 0 to " + width + " bits");
        if (length < width && (bits << (SIX_BITS - width + length)) != 0)
            throw new IllegalArgumentException("there are bits set behind the prefix's end");
        if (!isSix && bits >>> FOUR_BITS != 0)
            throw new IllegalArgumentException("not an IPv4 address");
    }

    /// Reads `192.0.2.0/24` or `2001:db8::/32`; empty if that is no network.
    public static Optional<Prefix> parse(String text) {
        var parts = text.split("/", -1);
        if (parts.length != 2
                || !parts[0].matches("[0-9a-fA-F:.]+")
                || !parts[1].matches("\\d{1,3}")) return Optional.empty();
        try {
            return Optional.of(
                    of(InetAddress.ofLiteral(parts[0]).getAddress(), Integer.parseInt(parts[1])));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// The network of the first `length` bits of an address.
    static Prefix of(byte[] address, int length) {
        boolean isSix = address.length > Integer.BYTES;
        long bits = 0;
        for (int i = 0; i < (isSix ? Long.BYTES : Integer.BYTES); i++)
            bits = bits << Byte.SIZE | (address[i] & 0xff);
        for (int i = Long.BYTES; i < address.length; i++)
            if (address[i] != 0)
                throw new IllegalArgumentException("there are bits set behind the prefix's end");
        return new Prefix(isSix, bits, length);
    }

    /// The last address' bits.
    long last() {
        long all = isSix ? -1 : 0xffff_ffffL;
        int width = isSix ? SIX_BITS : FOUR_BITS;
        return length == width ? bits : bits | all >>> length;
    }

    /// As {@link #parse} reads it.
    @Override
    public String toString() {
        var address = new byte[isSix ? 2 * Long.BYTES : Integer.BYTES];
        int top = isSix ? SIX_BITS : FOUR_BITS;
        for (int i = 0; i < top / Byte.SIZE; i++)
            address[i] = (byte) (bits >>> (top - Byte.SIZE * (i + 1)));
        try {
            return InetAddress.getByAddress(address).getHostAddress() + "/" + length;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are addresses", e);
        }
    }
}
