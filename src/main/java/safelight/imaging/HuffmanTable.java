package safelight.imaging;

import java.util.Arrays;

/// A Huffman table of a JPEG (ITU T.81, annexes C and F), made for passing over coefficients
/// quickly: one look at the next bits tells the length of several at once.
final class HuffmanTable {
    /// How many bits a quick look sees.
    static final int LOOK = 12;

    /// Where the number of coefficients stands in a leap.
    static final int BITS = 6;

    /// The bits of a leap that tell its length.
    static final int LENGTH = (1 << BITS) - 1;

    /// Added to the number of coefficients if the block ends there.
    static final int END = 2 * 64;

    private static final int LENGTH_MAX = 16;
    private static final int BLOCK = 64;
    private static final int ZEROS = 0xf0;
    private static final int DC_SIZES = 12;
    private static final int AC_SIZE_MAX = 10;

    private final int[] counts;
    private final int[] symbols;
    private final int[] firstCodes = new int[LENGTH_MAX + 1];
    private final int[] firstSymbols = new int[LENGTH_MAX + 1];

    private HuffmanTable(int[] counts, int[] symbols) {
        this.counts = counts;
        this.symbols = symbols;
        int code = 0;
        int symbol = 0;
        for (int length = 1; length <= LENGTH_MAX; length++) {
            firstCodes[length] = code;
            firstSymbols[length] = symbol;
            code += counts[length];
            symbol += counts[length];
            if (code > 1 << length) throw new TurboFault("a Huffman table with too many codes");
            code <<= 1;
        }
    }

    /// The one whose counts begin at `at` in the body of a DHT segment.
    static HuffmanTable read(ByteView in, long at) {
        var counts = new int[LENGTH_MAX + 1];
        for (int length = 1; length <= LENGTH_MAX; length++)
            counts[length] = in.u8(at + length - 1);
        var symbols = new int[Arrays.stream(counts).sum()];
        for (int i = 0; i < symbols.length; i++) symbols[i] = in.u8(at + LENGTH_MAX + i);
        return new HuffmanTable(counts, symbols);
    }

    /// The bytes that it takes in a DHT segment.
    int bytes() {
        return LENGTH_MAX + symbols.length;
    }

    /// Its bytes in a DHT segment.
    byte[] written() {
        var out = new byte[bytes()];
        for (int length = 1; length <= LENGTH_MAX; length++)
            out[length - 1] = (byte) counts[length];
        for (int i = 0; i < symbols.length; i++) out[LENGTH_MAX + i] = (byte) symbols[i];
        return out;
    }

    /// With every size that a difference of means may have, as far as there is room: those that
    /// were missing get codes behind all others, which stay as they are. The code of ones alone
    /// stays free, as the standard wants it.
    HuffmanTable completed() {
        var all = counts.clone();
        var grown = Arrays.copyOf(symbols, symbols.length + DC_SIZES);
        int used = symbols.length;
        int length = LENGTH_MAX;
        while (length > 1 && counts[length] == 0) length--;
        int code = firstCodes[length] + counts[length];
        for (int size = 0; size < DC_SIZES; size++) {
            if (has(size)) continue;
            if (code == (1 << length) - 1) {
                code <<= 1;
                length++;
            }
            if (length > LENGTH_MAX || code >= 1 << length) break;
            all[length]++;
            grown[used++] = size;
            code++;
        }
        return new HuffmanTable(all, Arrays.copyOf(grown, used));
    }

    private boolean has(int symbol) {
        return Arrays.stream(symbols).anyMatch(s -> s == symbol);
    }

    /// The code of a symbol below its length, `length << 16 | code`.
    ///
    /// @throws TurboFault if it has none
    int code(int symbol) {
        for (int length = 1; length <= LENGTH_MAX; length++)
            for (int i = 0; i < counts[length]; i++)
                if (symbols[firstSymbols[length] + i] == symbol)
                    return length << 16 | (firstCodes[length] + i);
        throw new TurboFault("no code for a difference of " + symbol + " bits");
    }

    /// What the next bits, the highest of `window`, begin with: `symbol << 8 | length of its code`,
    /// or 0 if that is no code.
    int next(long window) {
        for (int length = 1; length <= LENGTH_MAX; length++) {
            int index = (int) (window >>> (Long.SIZE - length)) - firstCodes[length];
            if (index < counts[length]) return symbols[firstSymbols[length] + index] << 8 | length;
        }
        return 0;
    }

    /// For each of the next {@link #LOOK} bits what {@link #next} says of them, or 0 if they are
    /// too few.
    short[] looks() {
        var looks = new short[1 << LOOK];
        for (int length = 1; length <= LOOK; length++) {
            int each = 1 << (LOOK - length);
            for (int i = 0; i < counts[length]; i++) {
                int from = (firstCodes[length] + i) * each;
                int symbol = symbols[firstSymbols[length] + i];
                Arrays.fill(looks, from, from + each, (short) (symbol << 8 | length));
            }
        }
        return looks;
    }

    /// The same of as many coefficients as begin within the bits: how many bits they take, from
    /// {@link #BITS} on how many they are, one and {@link #END} more if the block ends there. More
    /// than a block has if the bits are too few.
    short[] leaps() {
        var looks = looks();
        var leaps = new short[1 << LOOK];
        for (int bits = 0; bits < leaps.length; bits++) {
            int leap = leap(looks, bits, 0, 0);
            leaps[bits] = (short) (leap == 0 ? BLOCK << BITS : leap);
        }
        return leaps;
    }

    /// The same of a mean and what follows it.
    short[] leaps(HuffmanTable details) {
        var looks = looks();
        var behind = details.looks();
        var leaps = new short[1 << LOOK];
        for (int bits = 0; bits < leaps.length; bits++) {
            int size = (looks[bits] & 0xffff) >> 8;
            boolean isKnown = looks[bits] != 0 && size < DC_SIZES;
            int leap = isKnown ? leap(behind, bits, (looks[bits] & 0xff) + size, 1) : 0;
            leaps[bits] = (short) (leap == 0 ? (BLOCK + 1) << BITS : leap);
        }
        return leaps;
    }

    /// With what is known to precede.
    private static int leap(short[] looks, int bits, int length, int count) {
        int passed = length;
        int coefficients = count;
        while (passed < LOOK) {
            int look = looks[(bits << passed) & ((1 << LOOK) - 1)] & 0xffff;
            // the bits behind those that are known count as zeros: they must not decide
            if (look == 0 || passed + (look & 0xff) > LOOK) break;
            int symbol = look >> 8;
            if (symbol == 0) return (END + coefficients + 1) << BITS | (passed + (look & 0xff));
            int taken = taken(symbol);
            if (taken < 0 || coefficients + taken >= BLOCK) break;
            coefficients += taken;
            passed += (look & 0xff) + (symbol & 15);
        }
        return coefficients << BITS | passed;
    }

    /// How many coefficients an AC symbol stands for; negative if it stands for nothing.
    static int taken(int symbol) {
        int size = symbol & 15;
        if (size == 0 ? symbol != ZEROS : size > AC_SIZE_MAX) return -1;
        return (symbol >> 4) + 1;
    }
}
