package safelight.base;

/// Names one account: 26 characters of Crockford base32, sortable by time of creation.
public record AccountId(String value) implements Comparable<AccountId> {
    /// Refuses whatever {@link Ulids} could not have made, with an IllegalArgumentException.
    public AccountId {
        Ulids.check(value);
    }

    @Override
    public int compareTo(AccountId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
