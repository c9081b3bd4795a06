package safelight.base;

/// Names one resumable upload: 26 characters of Crockford base32, sortable by time of creation.
public record UploadId(String value) implements Comparable<UploadId> {
    /// Refuses whatever {@link Ulids} could not have made, with an IllegalArgumentException.
    public UploadId {
        Ulids.check(value);
    }

    @Override
    public int compareTo(UploadId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
