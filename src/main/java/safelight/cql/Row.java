package safelight.cql;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// One row of a result, by column name, in the types that records are made of.
public final class Row {
    private final com.datastax.oss.driver.api.core.cql.Row at;

    Row(com.datastax.oss.driver.api.core.cql.Row at) {
        this.at = at;
    }

    /// Makes something of a row.
    @FunctionalInterface
    public interface Reader<T> {
        /// Reads the columns it needs.
        T read(Row row);
    }

    /// Whether the column has a value. A row that was removed while somebody changed a column of it
    /// comes back without the others.
    public boolean has(String column) {
        return !at.isNull(column);
    }

    /// A text that is never missing.
    public String text(String column) {
        return maybeText(column).orElseThrow(() -> missing(column));
    }

    /// A text, if there is one.
    public Optional<String> maybeText(String column) {
        return Optional.ofNullable(at.getString(column));
    }

    /// A whole number, 0 if there is none.
    public long number(String column) {
        return at.getLong(column);
    }

    /// A small whole number, 0 if there is none.
    public int small(String column) {
        return at.getInt(column);
    }

    /// A number with a fraction, 0 if there is none.
    public double fraction(String column) {
        return at.getDouble(column);
    }

    /// A yes or no; no if there is none.
    public boolean flag(String column) {
        return at.getBoolean(column);
    }

    /// A time, kept as microseconds.
    public Instant instant(String column) {
        return maybeInstant(column).orElseThrow(() -> missing(column));
    }

    /// A time, if there is one.
    public Optional<Instant> maybeInstant(String column) {
        return has(column)
                ? Optional.of(Instant.EPOCH.plus(at.getLong(column), ChronoUnit.MICROS))
                : Optional.empty();
    }

    /// A constant of an enum, kept as its name.
    public <E extends Enum<E>> E constant(String column, Class<E> type) {
        return Enum.valueOf(type, text(column));
    }

    private static IllegalStateException missing(String column) {
        return new IllegalStateException("no value in column " + column);
    }
}
