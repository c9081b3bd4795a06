package safelight.base;

/// Names one photo: 26 characters of Crockford base32, sortable by time of creation.
public record PhotoId(String value) implements Comparable<PhotoId> {
    /// Refuses whatever {@link Ulids} could not have made, with an IllegalArgumentException.
    public PhotoId {
        Ulids.check(value);
    }

    @Override
    public int compareTo(PhotoId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
