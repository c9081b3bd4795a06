package safelight.imaging;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a JPEG file holds beside its pixels, as far as planes need to know. `isPlain` is false for
/// what only libvips is trusted with: other than 8 bits, arithmetic coding, lossless, broken
/// profiles.
record JpegParts(boolean isPlain, Map<Exif.Text, String> texts, Optional<byte[]> profile) {
    private static final int SOF_BASELINE = 0xc0;
    private static final int SOF_PROGRESSIVE = 0xc2;
    private static final int SOF_LAST = 0xcf;
    private static final int DHT = 0xc4;
    private static final int JPG = 0xc8;
    private static final int DAC = 0xcc;
    private static final int SOS = 0xda;
    private static final int APP1 = 0xe1;
    private static final int APP2 = 0xe2;
    private static final String PROFILE = "ICC_PROFILE\0";
    private static final int PROFILE_HEAD = 14;

    /// Reads a file whose {@link Header} was read before.
    static JpegParts read(ByteView in) {
        boolean plain = true;
        Map<Exif.Text, String> texts = Map.of();
        var chunks = new TreeMap<Integer, ByteView>();
        int promised = 0;
        for (long at = JpegHeader.marker(in, 2); ; ) {
            int marker = in.u8(at - 1);
            if (marker == SOS) break;
            int length = in.u16(at);
            var body = in.part(at + 2, length - 2);
            if (isFrame(marker)) plain &= marker <= SOF_PROGRESSIVE && body.u8(0) == 8;
            if (marker == DAC) plain = false;
            if (marker == APP1 && texts.isEmpty() && body.has(0, "Exif\0\0"))
                texts = Exif.texts(body);
            if (marker == APP2 && body.has(0, PROFILE) && body.size() > PROFILE_HEAD) {
                plain &= chunks.put(body.u8(PROFILE_HEAD - 2), body) == null;
                promised = body.u8(PROFILE_HEAD - 1);
            }
            at = JpegHeader.marker(in, at + length);
        }
        boolean whole =
                chunks.isEmpty() || (chunks.size() == promised && chunks.lastKey() == promised);
        return new JpegParts(plain && whole, texts, whole ? joined(chunks) : Optional.empty());
    }

    private static boolean isFrame(int marker) {
        return marker >= SOF_BASELINE
                && marker <= SOF_LAST
                && marker != DHT
                && marker != JPG
                && marker != DAC;
    }

    private static Optional<byte[]> joined(TreeMap<Integer, ByteView> chunks) {
        if (chunks.isEmpty()) return Optional.empty();
        var out = new ByteArrayOutputStream();
        for (var chunk : chunks.values())
            out.writeBytes(
                    chunk.part(PROFILE_HEAD, chunk.size() - PROFILE_HEAD)
                            .bytes()
                            .toArray(ValueLayout.JAVA_BYTE));
        return Optional.of(out.toByteArray());
    }
}
