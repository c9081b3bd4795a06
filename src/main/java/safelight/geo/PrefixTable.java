package safelight.geo;

import java.util.Arrays;

/// The number of each network, compiled: one read for most IPv4 addresses, a binary search for the
/// others. What it finds is a number and the length of the largest prefix around the address in
/// which all addresses have that number, packed: `number << 8 | length`. Immutable.
public final class PrefixTable {
    /// Numbers are below this.
    public static final int NUMBERS_MAX = 2047;

    private static final int INDEX_BITS = 24;
    private static final int LENGTH_BITS = 5;
    private static final int LENGTH_MASK = (1 << LENGTH_BITS) - 1;
    private static final char SEARCH = 0xffff;

    private final char[] index;
    private final Prefixes four;
    private final Prefixes six;

    /// Networks of one family in order: where each begins, its number and its length.
    static final class Prefixes {
        private final long[] starts;
        private final char[] numbers;
        private final byte[] lengths;

        /// Keeps the arrays, which nobody may write from then on.
        Prefixes(long[] starts, char[] numbers, byte[] lengths) {
            this.starts = starts;
            this.numbers = numbers;
            this.lengths = lengths;
        }

        int size() {
            return starts.length;
        }

        long start(int i) {
            return starts[i];
        }

        char number(int i) {
            return numbers[i];
        }

        byte length(int i) {
            return lengths[i];
        }

        int find(long key) {
            int low = 0;
            int high = starts.length - 1;
            while (low < high) {
                int middle = (low + high + 1) >>> 1;
                if (Long.compareUnsigned(starts[middle], key) <= 0) low = middle;
                else high = middle - 1;
            }
            return numbers[low] << Byte.SIZE | lengths[low];
        }
    }

    PrefixTable(Prefixes four, Prefixes six) {
        this.four = four;
        this.six = six;
        this.index = index(four);
    }

    /// A table in which all addresses have one number.
    public static PrefixTable of(int number) {
        return new PrefixTableBuilder(number).build();
    }

    /// The number and length for an IPv4 address.
    public int find(int address) {
        int entry = index[address >>> (Integer.SIZE - INDEX_BITS)];
        return entry == SEARCH
                ? four.find(Integer.toUnsignedLong(address))
                : (entry >>> LENGTH_BITS << Byte.SIZE) | (entry & LENGTH_MASK);
    }

    /// The number and length for the upper half of an IPv6 address.
    public int find(long upper) {
        return six.find(upper);
    }

    /// Networks, of both families.
    public int size() {
        return four.size() + six.size();
    }

    Prefixes four() {
        return four;
    }

    Prefixes six() {
        return six;
    }

    private static char[] index(Prefixes four) {
        var index = new char[1 << INDEX_BITS];
        for (int i = 0; i < four.starts.length; i++) {
            int first = (int) (four.starts[i] >>> Byte.SIZE);
            int length = four.lengths[i];
            if (length > INDEX_BITS) {
                index[first] = SEARCH;
                continue;
            }
            var entry = (char) (four.numbers[i] << LENGTH_BITS | length);
            Arrays.fill(index, first, first + (1 << (INDEX_BITS - length)), entry);
        }
        return index;
    }
}
