package safelight.imaging;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The first directory of a TIFF file or EXIF block: numbers by their tag.
record TiffTags(ByteView in, long directory, int entries) {
    static final int WIDTH = 256;
    static final int HEIGHT = 257;
    static final int STRIP_OFFSETS = 273;
    static final int ORIENTATION = 274;
    static final int STRIP_BYTES = 279;
    static final int TILE_OFFSETS = 324;
    static final int TILE_BYTES = 325;

    private static final int ENTRY = 12;
    private static final int INLINE_BYTES = 4;
    private static final int TEXT_MAX = 2_000;
    private static final int ASCII = 2;
    private static final int SHORT = 3;
    private static final int LONG = 4;

    /// Where a tag's numbers stand, and how many.
    record Numbers(ByteView in, long at, long count, int width) {
        long value(long index) {
            return width == 2 ? in.u16(at + index * 2) : in.u32(at + index * 4);
        }
    }

    static TiffTags first(ByteView file) {
        var in = file.ordered(file.has(0, "II") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        return at(in, in.u32(4));
    }

    /// Another directory of the same file.
    TiffTags at(long other) {
        return at(in, other);
    }

    private static TiffTags at(ByteView in, long directory) {
        int entries = in.u16(directory);
        in.part(directory + 2, (long) entries * ENTRY);
        return new TiffTags(in, directory + 2, entries);
    }

    /// The tag's numbers; empty if it is missing or holds anything else.
    Optional<Numbers> numbers(int tag) {
        long at = entry(tag);
        if (at < 0) return Optional.empty();
        int type = in.u16(at + 2);
        long count = in.u32(at + 4);
        if ((type != SHORT && type != LONG) || count == 0) return Optional.empty();
        int width = type == SHORT ? 2 : 4;
        long from = value(at, count * width);
        return Optional.of(new Numbers(in, from, count, width));
    }

    /// The tag's text, several joined; empty if it is missing, too long or holds anything else.
    Optional<String> text(int tag) {
        long at = entry(tag);
        if (at < 0 || in.u16(at + 2) != ASCII) return Optional.empty();
        long count = in.u32(at + 4);
        if (count > TEXT_MAX) return Optional.empty();
        var bytes = in.part(value(at, count), count).bytes().toArray(ValueLayout.JAVA_BYTE);
        var text =
                new String(bytes, StandardCharsets.UTF_8)
                        .replaceAll("[\\p{Cntrl}\ufffd]+", " ")
                        .strip();
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /// Where the entry of a tag stands, -1 if there is none.
    private long entry(int tag) {
        for (int i = 0; i < entries; i++) {
            long at = directory + (long) i * ENTRY;
            if (in.u16(at) == tag) return at;
        }
        return -1;
    }

    /// Where an entry's value of so many bytes stands.
    private long value(long entry, long bytes) {
        long from = bytes <= INLINE_BYTES ? entry + 8 : in.u32(entry + 8);
        in.part(from, bytes);
        return from;
    }

    Optional<Long> number(int tag) {
        return numbers(tag).map(n -> n.value(0));
    }

    /// The orientation, 1 if there is none that makes sense.
    int orientation() {
        long value = number(ORIENTATION).orElse(1L);
        return value >= 1 && value <= 8 ? (int) value : 1;
    }
}
