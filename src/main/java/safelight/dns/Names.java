package safelight.dns;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The steered names by hash: one look for most queries. Immutable.
final class Names {
    private final @Nullable SteeredName[] places;
    private final int mask;

    Names(List<SteeredName> all) {
        int size = Integer.highestOneBit(Math.max(1, all.size())) * 4;
        places = new SteeredName[size];
        mask = size - 1;
        for (var each : all) {
            var query = new Query(Wire.HEADER + Wire.NAME_MAX + Wire.QUESTION_FIXED);
            System.arraycopy(each.name, 0, query.in, Wire.HEADER, each.name.length);
            query.in[5] = 1;
            query.read(Wire.HEADER + each.name.length + Wire.QUESTION_FIXED);
            int at = (int) query.nameHash & mask;
            while (places[at] != null) at = at + 1 & mask;
            places[at] = each;
        }
    }

    /// The name of the question; null if it is none of these.
    @Nullable SteeredName find(Query query) {
        int at = (int) query.nameHash & mask;
        for (var found = places[at]; found != null; found = places[at]) {
            if (isSame(found.name, query)) return found;
            at = at + 1 & mask;
        }
        return null;
    }

    private static boolean isSame(byte[] name, Query query) {
        if (name.length != query.nameLength()) return false;
        for (int i = 0; i < name.length; i++)
            if (Wire.lower(Wire.u8(query.in, Wire.HEADER + i)) != Wire.u8(name, i)) return false;
        return true;
    }
}
