package safelight.steering;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// Where the clients of a network should go. Explicit: `order` was given for the network, and the
/// first of it that is available is taken. Otherwise `order` is by distance, and its first `near`
/// are equally near.
public record Preference(List<Integer> order, int near, boolean isExplicit) {
    /// Copies the list.
    public Preference {
        order = List.copyOf(order);
        if (near < 1 || near > order.size())
            throw new IllegalArgumentException("near " + near + " of " + order);
    }

    static Preference explicit(List<Integer> order) {
        return new Preference(order, order.size(), true);
    }

    List<Integer> nearest() {
        return order.subList(0, near);
    }

    /// As {@link #parse} reads it.
    @Override
    public String toString() {
        return (isExplicit ? "=" : "~")
                + near
                + ":"
                + order.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /// Reads what {@link #toString} wrote.
    public static Preference parse(String text) {
        int colon = text.indexOf(':');
        return new Preference(
                Arrays.stream(text.substring(colon + 1).split(",", -1))
                        .map(Integer::valueOf)
                        .toList(),
                Integer.parseInt(text.substring(1, colon)),
                text.startsWith("="));
    }
}
