package safelight.dns;

import java.util.List;
import safelight.steering.Choice;

/// One name of the service while nothing changes: who is answered to whom, and the records ready to
/// be copied. Its arrays are never written.
final class SteeredName {
    /// An answer section's records.
    static final class Records {
        static final Records NONE = new Records(new byte[0], 0);

        private final byte[] bytes;
        private final int count;

        Records(byte[] bytes, int count) {
            this.bytes = bytes;
            this.count = count;
        }

        byte[] bytes() {
            return bytes;
        }

        int count() {
            return count;
        }
    }

    final byte[] name;
    final long seed;
    final boolean isSticky;

    /// Whether the client's network decides at all.
    final boolean isByPlace;

    private final Choice[] choices;
    private final Records[] four;
    private final Records[] six;

    /// `choices` by preference, `four` and `six` by data center.
    SteeredName(Who who, List<Choice> choices, List<Records> four, List<Records> six) {
        this.name = who.name;
        this.seed = who.seed;
        this.isSticky = who.isSticky;
        this.isByPlace = who.isByPlace;
        this.choices = choices.toArray(Choice[]::new);
        this.four = four.toArray(Records[]::new);
        this.six = six.toArray(Records[]::new);
    }

    /// Lower-case name in wire form, and what its answers depend on.
    static final class Who {
        private final byte[] name;
        private final long seed;
        private final boolean isSticky;
        private final boolean isByPlace;

        Who(byte[] name, long seed, boolean isSticky, boolean isByPlace) {
            this.name = name;
            this.seed = seed;
            this.isSticky = isSticky;
            this.isByPlace = isByPlace;
        }
    }

    Choice choice(int preference) {
        return choices[preference];
    }

    Records records(int type, int dataCenter) {
        if (dataCenter == Choice.NOBODY) return Records.NONE;
        return (type == Wire.A ? four : six)[dataCenter];
    }
}
