package safelight.base;

/// Names one delivery to a webhook: 26 characters of Crockford base32, sortable by time of
/// creation.
public record DeliveryId(String value) implements Comparable<DeliveryId> {
    /// Refuses whatever {@link Ulids} could not have made, with an IllegalArgumentException.
    public DeliveryId {
        Ulids.check(value);
    }

    @Override
    public int compareTo(DeliveryId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
