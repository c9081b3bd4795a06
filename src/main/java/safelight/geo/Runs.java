package safelight.geo;

import java.util.Map;
import java.util.TreeMap;

/// Which number each address of one family has, as runs of equal numbers; what is painted later
/// covers what was painted before. Keys are unsigned.
final class Runs {
    private final TreeMap<Long, Integer> starts = new TreeMap<>(Long::compareUnsigned);
    private final long end;

    /// All addresses from 0 to `end` have the number `first`.
    Runs(long end, int first) {
        this.end = end;
        starts.put(0L, first);
    }

    /// Gives `number` to all addresses of `prefix`.
    void paint(Prefix prefix, int number) {
        long first = prefix.bits();
        long last = prefix.last();
        if (last != end) starts.putIfAbsent(last + 1, at(last + 1));
        starts.put(first, number);
        var inside = starts.subMap(first, false, last, true);
        if (!inside.isEmpty()) inside.clear();
        merge(first);
        if (last != end) merge(last + 1);
    }

    /// The runs, each with its first address.
    Map<Long, Integer> all() {
        return starts;
    }

    long end() {
        return end;
    }

    private int at(long key) {
        return starts.floorEntry(key).getValue();
    }

    private void merge(long key) {
        var before = starts.lowerEntry(key);
        if (before != null && before.getValue().equals(starts.get(key))) starts.remove(key);
    }
}
