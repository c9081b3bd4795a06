package safelight.steering;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import safelight.geo.Place;

/// Numbers for the preferences that places lead to; number 0 is that of clients whose place nobody
/// knows: the data centers as they are listed. Confined to the thread that compiles a table.
public final class Preferences {
    /// The number of clients whose place nobody knows.
    public static final int UNKNOWN = 0;

    /// More are not kept, since each order is a preference of its own.
    private static final int ORDER_MOST = 3;

    private final List<DataCenter> all;
    private final double withinKm;
    private final List<Preference> known = new ArrayList<>();
    private final Map<Preference, Integer> numbers = new HashMap<>();
    private final Map<Place, Integer> places = new HashMap<>();

    /// Data centers that are at most `withinKm` further away than the nearest are as near.
    public Preferences(List<DataCenter> all, double withinKm) {
        if (all.isEmpty()) throw new IllegalArgumentException("there is no data center");
        this.all = List.copyOf(all);
        this.withinKm = withinKm;
        number(new Preference(IntStream.range(0, all.size()).boxed().toList(), 1, false));
    }

    /// The number for clients at a place.
    public int at(Place client) {
        var found = places.get(client);
        if (found != null) return found;
        int number = number(nearest(client));
        places.put(client, number);
        return number;
    }

    /// The number for clients that were given an order.
    public int explicit(List<Integer> order) {
        return number(Preference.explicit(order));
    }

    /// By number.
    public List<Preference> all() {
        return List.copyOf(known);
    }

    private Preference nearest(Place client) {
        var order =
                IntStream.range(0, all.size())
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> all.get(i).distanceKm(client)))
                        .toList();
        double first = all.get(order.getFirst()).distanceKm(client);
        int near =
                (int)
                        order.stream()
                                .filter(i -> all.get(i).distanceKm(client) - first <= withinKm)
                                .count();
        int kept = Math.max(near, Math.min(ORDER_MOST, order.size()));
        // the order among equally near ones means nothing
        var group = order.subList(0, near).stream().sorted().toList();
        var rest = order.subList(near, kept);
        var whole = new ArrayList<>(group);
        whole.addAll(rest);
        return new Preference(whole, near, false);
    }

    private int number(Preference preference) {
        var found = numbers.putIfAbsent(preference, known.size());
        if (found != null) return found;
        known.add(preference);
        return known.size() - 1;
    }
}
