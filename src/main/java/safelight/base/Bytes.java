package safelight.base;

import java.util.Locale;
import java.util.regex.Pattern;

/// A size in bytes, never negative. Its text form is a whole number with an optional unit: `512`,
/// `64KiB`, `100MiB`, `2GiB`.
public record Bytes(long count) implements Comparable<Bytes> {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,12})\\s*(|B|KiB|MiB|GiB)");

    /// Refuses a negative count with an IllegalArgumentException.
    public Bytes {
        if (count < 0) throw new IllegalArgumentException("a size cannot be negative: " + count);
    }

    /// That many times 1,048,576 bytes.
    public static Bytes mebi(long count) {
        return new Bytes(count << 20);
    }

    /// Reads the text form; anything else is an IllegalArgumentException that shows the form.
    public static Bytes parse(String text) {
        var match = TEXT.matcher(text.strip());
        if (!match.matches())
            throw new IllegalArgumentException("not a size like 512, 64KiB or 100MiB: " + text);
        int shift =
                switch (match.group(2)) {
                    case "KiB" -> 10;
                    case "MiB" -> 20;
                    case "GiB" -> 30;
                    default -> 0;
                };
        return new Bytes(Math.multiplyExact(Long.parseLong(match.group(1)), 1L << shift));
    }

    @Override
    public int compareTo(Bytes other) {
        return Long.compare(count, other.count);
    }

    /// For people: `829 KB`, `1.2 MB`; decimal units.
    public String human() {
        if (count < 1000) return count + " B";
        if (count < 1_000_000) return Math.round(count / 1e3) + " KB";
        return String.format(Locale.ROOT, "%.1f MB", count / 1e6);
    }

    @Override
    public String toString() {
        if (count > 0 && count % (1L << 30) == 0) return (count >> 30) + "GiB";
        if (count > 0 && count % (1L << 20) == 0) return (count >> 20) + "MiB";
        if (count > 0 && count % (1L << 10) == 0) return (count >> 10) + "KiB";
        return Long.toString(count);
    }
}
