package safelight.geo;

import java.util.ArrayList;
import java.util.List;

/// Compiles networks and numbers to a table. Of networks within each other, the one painted last
/// counts.
public final class PrefixTableBuilder {
    private static final long FOUR_END = 0xffff_ffffL;

    private final Runs four;
    private final Runs six;

    /// Addresses that nothing is painted on have the number `otherwise`.
    public PrefixTableBuilder(int otherwise) {
        four = new Runs(FOUR_END, otherwise);
        six = new Runs(-1, otherwise);
    }

    /// Gives `number` to all of `prefix`.
    public void paint(Prefix prefix, int number) {
        if (number < 0 || number >= PrefixTable.NUMBERS_MAX)
            throw new IllegalArgumentException("a table holds no number " + number);
        (prefix.isSix() ? six : four).paint(prefix, number);
    }

    /// The table.
    public PrefixTable build() {
        return new PrefixTable(prefixes(four, Prefix.FOUR_BITS), prefixes(six, Prefix.SIX_BITS));
    }

    /// Cuts each run into as few aligned prefixes as there can be.
    private static PrefixTable.Prefixes prefixes(Runs runs, int width) {
        var found = new ArrayList<Cut>();
        var all = new ArrayList<>(runs.all().entrySet());
        for (int i = 0; i < all.size(); i++) {
            long last = i + 1 < all.size() ? all.get(i + 1).getKey() - 1 : runs.end();
            cut(all.get(i).getKey(), last, width, all.get(i).getValue(), found);
        }
        var starts = new long[found.size()];
        var numbers = new char[found.size()];
        var lengths = new byte[found.size()];
        for (int i = 0; i < found.size(); i++) {
            starts[i] = found.get(i).start;
            numbers[i] = (char) found.get(i).number;
            lengths[i] = (byte) found.get(i).length;
        }
        return new PrefixTable.Prefixes(starts, numbers, lengths);
    }

    private static void cut(long first, long last, int width, int number, List<Cut> into) {
        long at = first;
        while (true) {
            // as large as the alignment of `at` allows, and then as the run's end does
            int hostBits = at == 0 ? width : Math.min(width, Long.numberOfTrailingZeros(at));
            while (hostBits > 0 && Long.compareUnsigned(mask(hostBits), last - at) > 0) hostBits--;
            into.add(new Cut(at, number, width - hostBits));
            long end = at + mask(hostBits);
            if (end == last) return;
            at = end + 1;
        }
    }

    private static long mask(int hostBits) {
        return hostBits == Long.SIZE ? -1 : (1L << hostBits) - 1;
    }

    private record Cut(long start, int number, int length) {}
}
