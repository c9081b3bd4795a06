package safelight.webhooks;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/// A range of addresses, such as `10.0.0.0/8`.
public record Network(InetAddress first, int bits) {
    /// Refuses a length that the address does not have.
    public Network {
        if (bits < 0 || bits > first.getAddress().length * Byte.SIZE)
            throw new IllegalArgumentException("no network %s/%d".formatted(first, bits));
    }

    /// Reads one; an address alone means just that.
    ///
    /// @throws IllegalArgumentException if it is none
    public static Network parse(String text) {
        var halves = text.split("/", 2);
        var first = InetAddress.ofLiteral(halves[0]);
        int most = first.getAddress().length * Byte.SIZE;
        return new Network(first, halves.length == 1 ? most : Integer.parseInt(halves[1]));
    }

    /// Reads several, with commas between.
    ///
    /// @throws IllegalArgumentException if one is none
    public static List<Network> parseAll(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .map(Network::parse)
                .toList();
    }

    boolean has(InetAddress address) {
        var mine = first.getAddress();
        var other = address.getAddress();
        if (mine.length != other.length) return false;
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % Byte.SIZE);
            if (((mine[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & mask) != 0) return false;
        }
        return true;
    }
}
