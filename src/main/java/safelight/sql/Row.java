package safelight.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// One row of a result, by column name, in the types that records are made of.
public final class Row {
    private final ResultSet at;

    Row(ResultSet at) {
        this.at = at;
    }

    /// Makes something of a row.
    @FunctionalInterface
    public interface Reader<T> {
        /// Reads the columns it needs.
        T read(Row row) throws SQLException;
    }

    /// A text that is never missing.
    public String text(String column) throws SQLException {
        return maybeText(column).orElseThrow(() -> missing(column));
    }

    /// A text, if there is one.
    public Optional<String> maybeText(String column) throws SQLException {
        return Optional.ofNullable(at.getString(column));
    }

    /// A whole number.
    public long number(String column) throws SQLException {
        return at.getLong(column);
    }

    /// A small whole number.
    public int small(String column) throws SQLException {
        return at.getInt(column);
    }

    /// A number with a fraction.
    public double fraction(String column) throws SQLException {
        return at.getDouble(column);
    }

    /// A yes or no, kept as 1 or 0.
    public boolean flag(String column) throws SQLException {
        return at.getInt(column) != 0;
    }

    /// A time, kept as microseconds.
    public Instant instant(String column) throws SQLException {
        return maybeInstant(column).orElseThrow(() -> missing(column));
    }

    /// A time, if there is one.
    public Optional<Instant> maybeInstant(String column) throws SQLException {
        long micros = at.getLong(column);
        return at.wasNull()
                ? Optional.empty()
                : Optional.of(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }

    /// A constant of an enum, kept as its name.
    public <E extends Enum<E>> E constant(String column, Class<E> type) throws SQLException {
        return Enum.valueOf(type, text(column));
    }

    static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    private static IllegalStateException missing(String column) {
        return new IllegalStateException("no value in column " + column);
    }
}
