package safelight.imaging;

import org.jspecify.annotations.Nullable;

/// Walks a WebP file's chunks (RFC 9649).
final class WebpHeader {
    private static final int RIFF = 12;
    private static final int CHUNK = 8;
    private static final int SIDE_BITS = 0x3fff;

    private WebpHeader() {}

    static Header read(ByteView file, Limits limits) {
        var in = file.part(0, 8 + file.u32(4));
        @Nullable Size size = null;
        int orientation = 1;
        int frames = 0;
        boolean picture = false;
        for (long at = RIFF; at < in.size(); ) {
            long length = in.u32(at + 4);
            var body = in.part(at + CHUNK, length);
            var name = in.name(at);
            if (size == null) size = size(name, body);
            if (name.equals("ANMF")) frames++;
            picture |= name.equals("ANMF") || name.equals("VP8 ") || name.equals("VP8L");
            if (name.equals("EXIF")) orientation = Exif.orientation(body);
            at += CHUNK + length + length % 2;
        }
        if (size == null || !picture) throw in.broken("it holds no picture");
        limits.admit(size, Math.max(1, frames));
        return Headers.upright(in.format(), size, orientation, Math.max(1, frames));
    }

    private static @Nullable Size size(String name, ByteView body) {
        return switch (name) {
            case "VP8X" -> body.picture(body.u24(4) + 1, body.u24(7) + 1);
            case "VP8 " -> body.picture(body.u16(6) & SIDE_BITS, body.u16(8) & SIDE_BITS);
            case "VP8L" -> {
                long bits = body.u32(1);
                yield body.picture((bits & SIDE_BITS) + 1, (bits >> 14 & SIDE_BITS) + 1);
            }
            default -> null;
        };
    }
}
