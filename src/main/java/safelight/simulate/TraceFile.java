package safelight.simulate;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Reads traffic that was recorded: lines of a time and a rate or a count, or of a time alone,
/// where each is one that came. A time is in seconds, in seconds or milliseconds since 1970, or as
/// ISO 8601 has it (UTC if it does not say); the earliest one becomes second 0. Cells are separated
/// by commas, semicolons or tabs, and may be quoted; a first line without any number or time is a
/// heading.
public final class TraceFile {
    private static final Set<String> TIMES =
            Set.of("seconds", "second", "time", "timestamp", "date", "datetime", "at", "ts");
    private static final String NUMBER = "(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?";
    private static final String DATE = "\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}.*";
    private static final int DATE_LENGTH = 10;

    /// As seconds it would be in the year 5138, as milliseconds it is in 1973.
    private static final double MILLIS_FROM = 1e11;

    private static final double MILLIS = 1000;

    private final String name;
    private final Columns columns;
    private final List<Row> rows = new ArrayList<>();
    private final TreeMap<Long, Double> events = new TreeMap<>();
    private char separator = ',';
    private List<String> heading = List.of();
    private int time = -1;
    private int value = -1;
    private double first;
    private int number;

    /// Which columns count, each by its heading or its number from 1. Without `time` it is the one
    /// with a usual heading, else the first; without `value` the first one that is not the time.
    public record Columns(Optional<String> time, Optional<String> value, Kind kind) {
        /// What a file of times and rates, or of times alone, needs.
        public static final Columns USUAL =
                new Columns(Optional.empty(), Optional.empty(), Kind.RATES);
    }

    /// What a line says.
    public enum Kind {
        /// So many come a second, until the time of the next line.
        RATES,
        /// So many came until the time of the next line.
        COUNTS,
        /// One came.
        EVENTS
    }

    private record Row(double second, double value) {}

    private TraceFile(String name, Columns columns) {
        this.name = name;
        this.columns = columns;
    }

    /// Reads it all. The last line holds for as long as the one before it. Events may come in any
    /// order.
    ///
    /// @throws IllegalArgumentException naming the file, the line that is not understood, and what
    ///   was expected
    public static Trace read(String name, BufferedReader lines, Columns columns)
            throws IOException {
        return new TraceFile(name, columns).read(lines);
    }

    private Trace read(BufferedReader lines) throws IOException {
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            // Some programs begin a file with a byte order mark.
            var text = number == 1 && line.startsWith("\uFEFF") ? line.substring(1) : line;
            if (text.isBlank()) continue;
            if (time < 0) begin(text);
            else take(cells(text));
        }
        if (!rows.isEmpty()) return new Trace(name, rates());
        if (!events.isEmpty()) return new Trace(name, eachSecond());
        throw new IllegalArgumentException(
                name + ": no line of traffic; expected some like 60,12.5 (a time and a rate)");
    }

    /// The first line says what there is.
    private void begin(String text) {
        separator = separator(text);
        var cells = cells(text);
        boolean isHeading = cells.stream().noneMatch(c -> c.matches(NUMBER) || c.matches(DATE));
        if (isHeading) heading = cells.stream().map(c -> c.toLowerCase(Locale.ROOT)).toList();
        time = columns.time.map(c -> column(c, cells.size())).orElseGet(this::usualTime);
        boolean isAlone = cells.size() == 1 && columns.value.isEmpty();
        if (columns.kind != Kind.EVENTS && !isAlone)
            value = columns.value.map(c -> column(c, cells.size())).orElse(time == 0 ? 1 : 0);
        if (!isHeading) take(cells);
    }

    private static char separator(String text) {
        for (char c : new char[] {',', ';', '\t'}) if (text.indexOf(c) >= 0) return c;
        return ',';
    }

    private int usualTime() {
        for (int i = 0; i < heading.size(); i++) if (TIMES.contains(heading.get(i))) return i;
        return 0;
    }

    private int column(String wanted, int count) {
        int found = heading.indexOf(wanted.toLowerCase(Locale.ROOT));
        if (found >= 0) return found;
        for (int i = 1; i <= count; i++) if (wanted.equals(Integer.toString(i))) return i - 1;
        var there = heading.isEmpty() ? "" : ", or one of: " + String.join(", ", heading);
        throw fault("no column '%s'; expected 1 to %d%s".formatted(wanted, count, there));
    }

    /// Quotes keep what is between them together; two of them are one.
    private List<String> cells(String line) {
        var cells = new ArrayList<String>();
        var cell = new StringBuilder();
        boolean isQuoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') isQuoted = !isQuoted;
            else if (c == separator && !isQuoted) {
                cells.add(cell.toString().strip());
                cell.setLength(0);
            } else cell.append(c);
        }
        cells.add(cell.toString().strip());
        return cells;
    }

    private void take(List<String> cells) {
        int least = Math.max(time, value) + 1;
        if (cells.size() < least)
            throw fault("no column %d; expected a line like 60,12.5".formatted(least));
        double second = second(cells.get(time));
        if (rows.isEmpty() && events.isEmpty()) first = second;
        if (Math.abs(second - first) >= Trace.SECONDS_MAX)
            throw fault("more than a month from the first line; expected 31 days at most");
        if (value < 0) {
            var _ = events.merge((long) Math.floor(second), 1.0, Double::sum);
            return;
        }
        if (!rows.isEmpty() && second < rows.getLast().second)
            throw fault("'%s' is before the line above".formatted(cells.get(time)));
        rows.add(new Row(second, value(cells.get(value))));
    }

    private double second(String text) {
        if (text.matches(NUMBER)) {
            double found = Double.parseDouble(text);
            return found < MILLIS_FROM ? found : found / MILLIS;
        }
        if (!text.matches(DATE)) throw noTime(text);
        try {
            return instant(text.substring(0, DATE_LENGTH) + 'T' + text.substring(DATE_LENGTH + 1))
                            .toEpochMilli()
                    / MILLIS;
        } catch (DateTimeException e) {
            throw (IllegalArgumentException) noTime(text).initCause(e);
        }
    }

    private static Instant instant(String text) {
        boolean hasZone = text.substring(DATE_LENGTH).matches(".*([zZ]|[+-]\\d\\d.*)");
        return hasZone
                ? OffsetDateTime.parse(text).toInstant()
                : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    }

    private double value(String text) {
        if (!text.matches(NUMBER))
            throw fault("'%s' is no number; expected one like 12.5".formatted(text));
        return Double.parseDouble(text);
    }

    private IllegalArgumentException noTime(String text) {
        return fault(
                ("'%s' is no time; expected seconds, milliseconds since 1970, or"
                                + " 2026-01-31T12:00:00Z")
                        .formatted(text));
    }

    private IllegalArgumentException fault(String text) {
        return new IllegalArgumentException("%s, line %d: %s".formatted(name, number, text));
    }

    private double[] rates() {
        int last = rows.size() - 1;
        int length = last == 0 ? 1 : Math.max(1, at(last) - at(last - 1));
        var rates = new double[Math.min(Trace.SECONDS_MAX, at(last) + length)];
        for (int i = 0; i <= last; i++) {
            int from = at(i);
            int to = i < last ? at(i + 1) : rates.length;
            double each = rows.get(i).value;
            if (columns.kind == Kind.COUNTS) {
                // Of several lines in a second each counts.
                double share = each / Math.max(1, to - from);
                for (int s = from; s < Math.max(to, from + 1); s++) rates[s] += share;
            } else for (int s = from; s < to; s++) rates[s] = each;
        }
        return rates;
    }

    private int at(int row) {
        return (int) Math.floor(rows.get(row).second - first);
    }

    private double[] eachSecond() {
        long from = events.firstKey();
        var rates = new double[Math.toIntExact(events.lastKey() - from) + 1];
        for (Map.Entry<Long, Double> each : events.entrySet())
            rates[Math.toIntExact(each.getKey() - from)] = each.getValue();
        return rates;
    }
}
