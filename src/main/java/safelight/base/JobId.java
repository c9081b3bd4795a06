package safelight.base;

/// Names one job: 26 characters of Crockford base32, sortable by time of creation.
public record JobId(String value) implements Comparable<JobId> {
    /// Refuses whatever {@link Ulids} could not have made, with an IllegalArgumentException.
    public JobId {
        Ulids.check(value);
    }

    @Override
    public int compareTo(JobId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
