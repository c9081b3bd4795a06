package safelight.base;

/// Names one token: 26 characters of Crockford base32, sortable by time of creation.
public record TokenId(String value) implements Comparable<TokenId> {
    /// Refuses whatever {@link Ulids} could not have made, with an IllegalArgumentException.
    public TokenId {
        Ulids.check(value);
    }

    @Override
    public int compareTo(TokenId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
