package safelight.imaging;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Untrusted bytes, read with every access checked: past the end is {@link BadPhoto}, never another
/// exception.
record ByteView(MemorySegment bytes, ByteOrder order, Format format) {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    // a byte is zero if taking one from it sets its high bit, which was not set before
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    long size() {
        return bytes.byteSize();
    }

    ByteView ordered(ByteOrder other) {
        return new ByteView(bytes, other, format);
    }

    /// From `at` on, `length` bytes.
    ByteView part(long at, long length) {
        need(at, length);
        return new ByteView(bytes.asSlice(at, length), order, format);
    }

    int u8(long at) {
        need(at, 1);
        return bytes.get(BYTE, at) & 0xff;
    }

    int u16(long at) {
        int first = u8(at);
        int second = u8(at + 1);
        return order == ByteOrder.BIG_ENDIAN ? first << 8 | second : second << 8 | first;
    }

    int u24(long at) {
        return order == ByteOrder.BIG_ENDIAN
                ? u8(at) << 16 | u16(at + 1)
                : u8(at + 2) << 16 | u16(at);
    }

    long u32(long at) {
        long first = u16(at);
        long second = u16(at + 2);
        return order == ByteOrder.BIG_ENDIAN ? first << 16 | second : second << 16 | first;
    }

    /// A 64-bit length; one that no file can have counts as past the end.
    long u64(long at) {
        long value =
                order == ByteOrder.BIG_ENDIAN
                        ? u32(at) << 32 | u32(at + 4)
                        : u32(at + 4) << 32 | u32(at);
        if (value < 0) throw cutOff();
        return value;
    }

    /// Where the next byte of all ones stands from `at` on, eight bytes at a time.
    long find255(long at) {
        long from = at;
        while (from <= size() - Long.BYTES) {
            long holes = ~bytes.get(LONG, from);
            if (((holes - ONES) & ~holes & HIGHS) != 0) break;
            from += Long.BYTES;
        }
        while (u8(from) != 0xff) from++;
        return from;
    }

    /// Whether these ASCII characters stand at `at`; false past the end.
    boolean has(long at, String ascii) {
        if (at > size() - ascii.length()) return false;
        for (int i = 0; i < ascii.length(); i++) if (u8(at + i) != ascii.charAt(i)) return false;
        return true;
    }

    /// The four characters at `at`, for example a chunk's name.
    String name(long at) {
        var text = new StringBuilder();
        for (int i = 0; i < 4; i++) text.append((char) u8(at + i));
        return text.toString();
    }

    /// A size out of the file; zero or absurd sides are a damaged picture.
    Size picture(long width, long height) {
        if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE)
            throw broken("its header says %dx%d pixels".formatted(width, height));
        return new Size((int) width, (int) height);
    }

    BadPhoto cutOff() {
        return BadPhoto.damaged(
                "The %s file ends too early; a part is missing. Please send the whole file."
                        .formatted(format));
    }

    BadPhoto broken(String how) {
        return BadPhoto.damaged("The %s file is damaged: %s.".formatted(format, how));
    }

    private void need(long at, long length) {
        if (at < 0 || length < 0 || at > size() - length) throw cutOff();
    }
}
