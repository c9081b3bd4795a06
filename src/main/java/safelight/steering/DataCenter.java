package safelight.steering;

import safelight.geo.Place;

/// What steering knows of a data center. `biasKm` is taken off its distance to everybody, so that
/// it attracts more; `weight` is its part wherever clients are spread.
public record DataCenter(String name, Place place, double biasKm, int weight) {
    private static final int WEIGHT_MOST = 1_000_000;

    /// Refuses weights that are none.
    public DataCenter {
        if (weight < 0 || weight > WEIGHT_MOST)
            throw new IllegalArgumentException(
                    "the weight of %s lies between 0 and %d, not %d"
                            .formatted(name, WEIGHT_MOST, weight));
    }

    double distanceKm(Place client) {
        return place.kilometersTo(client) - biasKm;
    }
}
