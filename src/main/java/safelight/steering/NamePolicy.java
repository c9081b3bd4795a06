package safelight.steering;

import java.util.List;

/// How the clients of one name are steered.
///
/// @param mode what decides when the network has no order of its own
/// @param weights the part of each data center, by its index
/// @param fallbacks who takes over, in this order, when who should answer is not available; if
///   empty, the load is spread by weights
/// @param isSticky whether a spread client network stays with one data center
/// @param isFailClosed whether nobody is named when nobody is healthy, rather than everybody
public record NamePolicy(
        Mode mode,
        List<Integer> weights,
        List<Integer> fallbacks,
        boolean isSticky,
        boolean isFailClosed) {
    /// What decides.
    public enum Mode {
        /// The nearest data center; several that are equally near, by weights.
        NEAREST,
        /// Weights alone: x and 100-x percent.
        WEIGHTS,
        /// The first of `fallbacks` that is available.
        ORDER
    }

    /// Refuses weights that send nobody anywhere, and an order of nobody.
    public NamePolicy {
        weights = List.copyOf(weights);
        fallbacks = List.copyOf(fallbacks);
        if (weights.stream().anyMatch(w -> w < 0))
            throw new IllegalArgumentException("a weight is negative: " + weights);
        if (weights.stream().mapToLong(w -> w).sum() == 0)
            throw new IllegalArgumentException("all weights are 0, so nobody gets anything");
        if (mode == Mode.ORDER && fallbacks.isEmpty())
            throw new IllegalArgumentException("mode=order needs fallback=, the order");
    }
}
