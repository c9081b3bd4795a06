package safelight.imaging;

import org.jspecify.annotations.Nullable;

/// Walks a JPEG file's markers (ITU T.81, annex B) up to the end of its image.
final class JpegHeader {
    private static final int SOF_FIRST = 0xc0;
    private static final int SOF_LAST = 0xcf;
    private static final int DHT = 0xc4;
    private static final int JPG = 0xc8;
    private static final int DAC = 0xcc;
    private static final int RST_FIRST = 0xd0;
    private static final int RST_LAST = 0xd7;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int APP1 = 0xe1;
    private static final int TEM = 0x01;

    private JpegHeader() {}

    /// `whole` looks through all of the file; else what follows the start of the pixels may be
    /// missing.
    static Header read(ByteView in, Limits limits, boolean whole) {
        @Nullable Size size = null;
        int orientation = 0;
        boolean scanned = false;
        long at = 2;
        while (true) {
            at = marker(in, at);
            int marker = in.u8(at - 1);
            if (marker == EOI) break;
            int length = in.u16(at);
            if (length < 2) throw in.broken("a segment has no length");
            var body = in.part(at + 2, length - 2);
            if (isFrame(marker) && size == null) {
                size = in.picture(body.u16(3), body.u16(1));
                limits.admit(size, 1);
            }
            if (marker == APP1 && orientation == 0 && body.has(0, "Exif\0\0"))
                orientation = Exif.orientation(body.part(6, body.size() - 6));
            scanned |= marker == SOS;
            if (scanned && !whole) break;
            at += length;
        }
        if (size == null || !scanned) throw in.broken("it holds no picture");
        return Headers.upright(in.format(), size, Math.max(1, orientation), 1);
    }

    /// The position behind the next marker that is not part of compressed data; what stands before
    /// it is skipped, as decoders do.
    static long marker(ByteView in, long from) {
        for (long at = in.find255(from); ; at = in.find255(at + 1)) {
            int code = in.u8(at + 1);
            boolean data = code == 0 || code == TEM || (code >= RST_FIRST && code <= RST_LAST);
            if (!data && code != 0xff) return at + 2;
        }
    }

    private static boolean isFrame(int marker) {
        return marker >= SOF_FIRST
                && marker <= SOF_LAST
                && marker != DHT
                && marker != JPG
                && marker != DAC;
    }
}
