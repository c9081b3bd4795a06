package safelight.steering;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who answers the clients of one preference, prepared so that picking allocates nothing: nobody,
/// always the same, or each by weight.
public final class Choice {
    /// Nobody.
    public static final int NOBODY = -1;

    private static final Choice EMPTY = new Choice(NOBODY, new int[0], new long[0], null);
    private static final long MIX = 0x9e3779b97f4a7c15L;

    private final int only;
    private final int[] members;
    private final long[] upTo;
    private final @Nullable Choice instead;

    private Choice(int only, int[] members, long[] upTo, @Nullable Choice instead) {
        this.only = only;
        this.members = members;
        this.upTo = upTo;
        this.instead = instead;
    }

    static Choice nobody() {
        return EMPTY;
    }

    static Choice only(int dataCenter) {
        return new Choice(dataCenter, new int[0], new long[0], null);
    }

    /// One of `group` by `weights`; what falls to one who is not in `live` is dealt again, so that
    /// clients of the others stay where they are.
    static Choice split(List<Integer> group, List<Integer> weights, List<Integer> live) {
        var alive = group.stream().filter(live::contains).toList();
        if (alive.size() == 1) return only(alive.getFirst());
        if (alive.isEmpty()) return EMPTY;
        var among = byWeight(alive, weights, alive, null);
        return alive.size() == group.size() ? among : byWeight(group, weights, alive, among);
    }

    private static Choice byWeight(
            List<Integer> group,
            List<Integer> weights,
            List<Integer> alive,
            @Nullable Choice instead) {
        boolean isEqual = group.stream().allMatch(i -> weights.get(i) == 0);
        var members = new int[group.size()];
        var upTo = new long[group.size()];
        long sum = 0;
        for (int i = 0; i < members.length; i++) {
            int member = group.get(i);
            members[i] = alive.contains(member) ? member : NOBODY;
            sum += isEqual ? 1 : weights.get(member);
            upTo[i] = sum;
        }
        return new Choice(NOBODY, members, upTo, instead);
    }

    /// Whether it depends on the client's network or on chance.
    public boolean isSpread() {
        return members.length > 0;
    }

    /// The data center for a client, by 32 bits that are spread evenly.
    public int pick(long random) {
        if (members.length == 0) return only;
        int member = at(random & 0xffff_ffffL);
        if (member != NOBODY || instead == null) return member;
        return instead.pick(mix(random));
    }

    /// Spreads a number's bits evenly over the lower 32.
    public static long mix(long number) {
        long mixed = (number ^ number >>> 32) * MIX;
        mixed = (mixed ^ mixed >>> 29) * MIX;
        return mixed >>> 32;
    }

    private int at(long random) {
        long point = (random * upTo[upTo.length - 1]) >>> 32;
        int i = 0;
        while (upTo[i] <= point) i++;
        return members[i];
    }
}
