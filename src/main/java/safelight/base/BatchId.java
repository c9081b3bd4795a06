package safelight.base;

/// Names one batch: 26 characters of Crockford base32, sortable by time of creation.
public record BatchId(String value) implements Comparable<BatchId> {
    /// Refuses whatever {@link Ulids} could not have made, with an IllegalArgumentException.
    public BatchId {
        Ulids.check(value);
    }

    @Override
    public int compareTo(BatchId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
