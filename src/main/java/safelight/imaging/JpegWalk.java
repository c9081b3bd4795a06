package safelight.imaging;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/// Finds where each block of a scan begins. Where a code begins is known when the length of the one
/// before is, and processors wait for that; so two chains of codes are followed at once. The second
/// one begins ahead, anywhere, as if a unit began there. What it finds is nonsense at first, but
/// Huffman codes synchronise themselves (Weissenberger and Schmidt, "Massively Parallel Huffman
/// Decoding on GPUs", ICPP 2018), mostly within a few units: as soon as the first chain comes to
/// the beginning of a unit where the second one saw such a beginning too, it takes over all that
/// the second one found. If it never does, it goes all the way itself.
final class JpegWalk {
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int BLOCK_BITS = 6;
    private static final int BLOCK = 1 << BLOCK_BITS;
    private static final int LAST = BLOCK - 1;
    private static final int BLOCKS_MAX = 10;
    private static final int SIZE_MAX = 11;
    private static final int UNSEEN = Long.SIZE - HuffmanTable.LOOK;
    // measured: more or less of each is slower
    private static final int PAIRS = 16;
    private static final int ROUNDS = 16;
    private static final long AHEAD = 12 * 1_024L * Byte.SIZE;
    private static final long AHEAD_LEAST = 512L * Byte.SIZE;
    private static final int LEAPS = 2 * PAIRS * ROUNDS;
    private static final int LEAP_MOST = 27;
    // of a chain that is ahead; in pictures that are not all flat far more than it comes to
    private static final int NOTES = 1 << 13;

    private final JpegBits bits;
    private final boolean restarts;
    private final List<JpegScan.Component> order;
    private final short[] leaps;
    private final short[] tables;
    private final Chain first = new Chain(2 * NOTES);
    private final Chain second = new Chain(NOTES);
    private int taken;
    private boolean isAccompanied;

    /// From the first unit on.
    JpegWalk(JpegScan scan, JpegBits bits) {
        this.bits = bits;
        restarts = scan.restart() > 0;
        order = scan.blocks();
        if (order.size() > BLOCKS_MAX) throw new TurboFault("units of too many blocks");
        var different = order.stream().distinct().toList();
        leaps = new short[(2 * different.size()) << HuffmanTable.LOOK];
        for (int i = 0; i < different.size(); i++) {
            var component = different.get(i);
            table(2 * i, component.means().leaps(component.details()));
            table(2 * i + 1, component.details().leaps());
        }
        // a round that begins in a unit's last block ends a block with each leap
        tables = new short[(order.size() + 2 * PAIRS) * BLOCK];
        for (int state = 0; state < tables.length; state++) {
            int which = 2 * different.indexOf(component(state)) + (state % BLOCK == 0 ? 0 : 1);
            tables[state] = (short) (which << HuffmanTable.LOOK);
        }
        if (!restarts) accompany();
    }

    private void table(int which, short[] table) {
        System.arraycopy(table, 0, leaps, which << HuffmanTable.LOOK, table.length);
    }

    private JpegScan.Component component(int state) {
        return order.get(state / BLOCK % order.size());
    }

    /// Where a chain is, and where it saw blocks begin since the beginning of a unit. Its state is
    /// which coefficient of the unit comes next.
    private static final class Chain {
        private final int[] notes;
        private long at;
        private int state;
        private int noted;
        private int compared;

        Chain(int most) {
            // the last one is noted while it is not certain yet
            notes = new int[most + LEAPS + 1];
        }

        void begin(long at) {
            this.at = at;
            state = 0;
            noted = 0;
            compared = 0;
            notes[0] = (int) at;
        }
    }

    /// Where blocks begin.
    int[] notes() {
        return first.notes;
    }

    /// The index in the notes of the first block that was not taken yet.
    int next() {
        return taken;
    }

    /// How many units can be taken now, one at least. Moves the notes.
    ///
    /// @throws TurboFault if the next one is damaged
    int ready() {
        if (first.noted - taken < order.size()) {
            forget();
            while (first.noted < order.size()) go();
        }
        return restarts ? 1 : (first.noted - taken) / order.size();
    }

    /// Passes over so many units that are ready.
    void take(int units) {
        taken += units * order.size();
        if (first.notes[taken] > bits.end()) throw new TurboFault("bits are missing");
    }

    /// Goes on elsewhere, all having been taken.
    void jump(long at) {
        first.begin(at);
        taken = 0;
    }

    private void forget() {
        System.arraycopy(first.notes, taken, first.notes, 0, first.noted - taken + 1);
        first.noted -= taken;
        first.compared = Math.max(0, first.compared - taken);
        taken = 0;
    }

    private void go() {
        bits.need(Math.max(first.at, second.at) + LEAPS * LEAP_MOST);
        if (!isAccompanied || isLost(first) || isLost(second) || second.noted > NOTES) {
            unit();
        } else {
            for (int i = 0; i < ROUNDS; i++) round();
            if (leap(second) == 0) second.begin(second.at + 1);
        }
        if (isAccompanied) compare();
    }

    private boolean isLost(Chain chain) {
        return chain.at > bits.end() || leap(chain) == 0;
    }

    /// Sends the second chain ahead, unless little is left.
    private void accompany() {
        bits.need(first.at + AHEAD);
        long ahead = Math.min(AHEAD, (bits.end() - first.at) / 2);
        isAccompanied = ahead >= AHEAD_LEAST;
        if (isAccompanied) second.begin(first.at + ahead);
    }

    private void compare() {
        for (; first.compared <= first.noted; first.compared += order.size()) {
            int begin = first.notes[first.compared];
            while (second.compared <= second.noted && second.notes[second.compared] < begin)
                second.compared += order.size();
            if (second.compared > second.noted) {
                if (begin > second.at) accompany();
                return;
            }
            if (second.notes[second.compared] == begin) {
                takeOver();
                accompany();
                return;
            }
        }
    }

    private void takeOver() {
        int more = second.noted - second.compared;
        System.arraycopy(second.notes, second.compared, first.notes, first.compared, more + 1);
        first.noted = first.compared + more;
        first.compared = first.noted - first.noted % order.size();
        first.at = second.at;
        first.state = second.state;
    }

    /// The first chain alone, to the end of its unit.
    private void unit() {
        if (first.at > bits.end()) throw new TurboFault("bits are missing");
        int end = order.size() * BLOCK;
        while (first.state < end) {
            int leap = leap(first);
            if (leap == 0) throw new TurboFault("a code that is in no table");
            first.at += leap & HuffmanTable.LENGTH;
            int block = first.state >> BLOCK_BITS;
            first.state = after(first.state, leap);
            first.noted += (first.state >> BLOCK_BITS) - block;
            if (first.state % BLOCK == 0) first.notes[first.noted] = (int) first.at;
        }
        first.state = 0;
    }

    /// Where a block ends nobody can foretell, so that is left to arithmetic instead of branches.
    /// Two leaps for each look at memory: those are 54 bits at most, and 57 are there. What is
    /// noted before a block ends is overwritten.
    private void round() {
        var memory = bits.memory();
        var notes = first.notes;
        var others = second.notes;
        long a = first.at;
        int s = first.state;
        int n = first.noted + 1 - (s >> BLOCK_BITS);
        long b = second.at;
        int r = second.state;
        int m = second.noted + 1 - (r >> BLOCK_BITS);
        for (int i = 0; i < PAIRS; i++) {
            long window = memory.get(LONG, a >>> 3) << (a & 7);
            long other = memory.get(LONG, b >>> 3) << (b & 7);

            int leap = leap(s, window);
            a += leap & HuffmanTable.LENGTH;
            window <<= leap;
            notes[n + (s >> BLOCK_BITS)] = (int) a;
            s = after(s, leap);

            leap = leap(r, other);
            b += leap & HuffmanTable.LENGTH;
            other <<= leap;
            others[m + (r >> BLOCK_BITS)] = (int) b;
            r = after(r, leap);

            leap = leap(s, window);
            a += leap & HuffmanTable.LENGTH;
            notes[n + (s >> BLOCK_BITS)] = (int) a;
            s = after(s, leap);

            leap = leap(r, other);
            b += leap & HuffmanTable.LENGTH;
            others[m + (r >> BLOCK_BITS)] = (int) b;
            r = after(r, leap);
        }
        int unit = order.size() * BLOCK;
        first.at = a;
        first.state = s % unit;
        first.noted = n - 1 + (s >> BLOCK_BITS);
        second.at = b;
        second.state = r % unit;
        second.noted = m - 1 + (r >> BLOCK_BITS);
    }

    private int leap(Chain chain) {
        return leap(chain.state, bits.window(chain.at));
    }

    /// How far to go from here, as {@link HuffmanTable#leaps()} says; 0 if nothing valid stands
    /// here.
    private int leap(int state, long window) {
        int leap = leaps[tables[state] + (int) (window >>> UNSEEN)];
        // 64 is in it if the block goes on or ends well: it is then -64 to -1 or 64 to 127
        int over = state + (leap >> HuffmanTable.BITS) - (state | LAST) - 2;
        return (over & BLOCK) == 0 ? single(state, window) : leap;
    }

    private static int after(int state, int leap) {
        return Math.min(state + (leap >> HuffmanTable.BITS), (state | LAST) + 1);
    }

    /// The same for the next code alone.
    private int single(int state, long window) {
        var component = component(state);
        boolean isMean = state % BLOCK == 0;
        int code = (isMean ? component.means() : component.details()).next(window);
        int symbol = code >> 8;
        int length = code & 0xff;
        if (length == 0) return 0;
        if (isMean) return symbol > SIZE_MAX ? 0 : (1 << HuffmanTable.BITS) + length + symbol;
        if (symbol == 0) return ((HuffmanTable.END + 1) << HuffmanTable.BITS) + length;
        int taken = HuffmanTable.taken(symbol);
        if (taken < 0 || state % BLOCK + taken > BLOCK) return 0;
        return (taken << HuffmanTable.BITS) + length + (symbol & 15);
    }
}
