package safelight.imaging;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;

/// Puts the metadata that may be kept into a JPEG that has none: texts as an EXIF block, and the
/// colour profile.
final class JpegDress {
    private static final int APP0 = 0xffe0;
    private static final int APP1 = 0xffe1;
    private static final int APP2 = 0xffe2;
    private static final int CHUNK_MAX = 65_519;
    private static final int ENTRY = 12;
    private static final int DETAILS = 0x8769;
    private static final int ASCII = 2;
    private static final int LONG = 4;
    private static final int TIFF_HEAD = 8;
    private static final int DATA_MAX = 20_000;

    private JpegDress() {}

    /// The whole file.
    static byte[] dressed(MemorySegment jpeg, JpegParts parts) {
        var segments = new ArrayList<byte[]>();
        if (!parts.texts().isEmpty())
            segments.add(segment(APP1, exif(new EnumMap<>(parts.texts()))));
        parts.profile().ifPresent(profile -> segments.addAll(profile(profile)));
        int head = 2 + (isJfif(jpeg) ? 2 + length(jpeg, 4) : 0);
        int more = segments.stream().mapToInt(s -> s.length).sum();
        var out = ByteBuffer.allocate(Math.toIntExact(jpeg.byteSize() + more));
        out.put(jpeg.asSlice(0, head).asByteBuffer());
        segments.forEach(out::put);
        out.put(jpeg.asSlice(head).asByteBuffer());
        return out.array();
    }

    private static boolean isJfif(MemorySegment jpeg) {
        return length(jpeg, 2) == APP0;
    }

    private static int length(MemorySegment jpeg, long at) {
        int high = jpeg.get(ValueLayout.JAVA_BYTE, at) & 0xff;
        int low = jpeg.get(ValueLayout.JAVA_BYTE, at + 1) & 0xff;
        return (high << 8) | low;
    }

    private static byte[] segment(int marker, byte[] body) {
        return ByteBuffer.allocate(4 + body.length)
                .putShort((short) marker)
                .putShort((short) (2 + body.length))
                .put(body)
                .array();
    }

    private static List<byte[]> profile(byte[] profile) {
        int chunks = (profile.length + CHUNK_MAX - 1) / CHUNK_MAX;
        var segments = new ArrayList<byte[]>();
        for (int i = 0; i < chunks; i++) {
            int from = i * CHUNK_MAX;
            int length = Math.min(CHUNK_MAX, profile.length - from);
            var body = ByteBuffer.allocate(14 + length);
            body.put("ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII));
            body.put((byte) (i + 1)).put((byte) chunks).put(profile, from, length);
            segments.add(segment(APP2, body.array()));
        }
        return segments;
    }

    /// An EXIF block (CIPA DC-008) with one directory, and one for the date below it.
    private static byte[] exif(EnumMap<Exif.Text, String> texts) {
        var taken = texts.remove(Exif.Text.TAKEN);
        int entries = texts.size() + (taken == null ? 0 : 1);
        int at = TIFF_HEAD + 2 + entries * ENTRY + 4;
        var directory = ByteBuffer.allocate(at - TIFF_HEAD).putShort((short) entries);
        var data = ByteBuffer.allocate(DATA_MAX);
        // tags have to rise, as the texts are listed
        texts.forEach((text, value) -> entry(directory, data, text, value, at));
        if (taken != null) {
            number(directory, DETAILS, at + data.position());
            details(data, taken, at);
        }
        directory.putInt(0);
        return ByteBuffer.allocate(6 + at + data.position())
                .put("Exif\0\0MM\0*".getBytes(StandardCharsets.US_ASCII))
                .putInt(TIFF_HEAD)
                .put(directory.array())
                .put(data.flip())
                .array();
    }

    /// A directory of one entry, behind what is there.
    private static void details(ByteBuffer data, String taken, int at) {
        var directory = ByteBuffer.allocate(2 + ENTRY + 4).putShort((short) 1);
        var text = ByteBuffer.allocate(DATA_MAX);
        int behind = at + data.position() + directory.capacity();
        entry(directory, text, Exif.Text.TAKEN, taken, behind);
        data.put(directory.putInt(0).array()).put(text.flip());
    }

    private static void number(ByteBuffer directory, int tag, int value) {
        directory.putShort((short) tag).putShort((short) LONG).putInt(1).putInt(value);
    }

    /// Short texts stand in the entry itself.
    private static void entry(
            ByteBuffer directory, ByteBuffer data, Exif.Text text, String value, int at) {
        var bytes = (value + "\0").getBytes(StandardCharsets.UTF_8);
        directory.putShort((short) text.tag()).putShort((short) ASCII).putInt(bytes.length);
        if (bytes.length <= 4) {
            directory.put(java.util.Arrays.copyOf(bytes, 4));
            return;
        }
        directory.putInt(at + data.position());
        data.put(bytes);
        if (bytes.length % 2 == 1) data.put((byte) 0);
    }
}
