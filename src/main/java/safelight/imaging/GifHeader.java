package safelight.imaging;

/// Walks a GIF file's blocks up to its trailer.
final class GifHeader {
    private static final int SCREEN = 13;
    private static final int DESCRIPTOR = 10;
    private static final int IMAGE = 0x2c;
    private static final int EXTENSION = 0x21;
    private static final int TRAILER = 0x3b;

    private GifHeader() {}

    static Header read(ByteView in, Limits limits) {
        int width = in.u16(6);
        int height = in.u16(8);
        int frames = 0;
        long at = (long) SCREEN + colours(in.u8(10));
        for (int kind = in.u8(at); kind != TRAILER; kind = in.u8(at)) {
            switch (kind) {
                case IMAGE -> {
                    frames++;
                    // decoders grow the canvas to what its frames need
                    width = Math.max(width, in.u16(at + 1) + in.u16(at + 5));
                    height = Math.max(height, in.u16(at + 3) + in.u16(at + 7));
                    at = blocks(in, at + DESCRIPTOR + colours(in.u8(at + 9)) + 1);
                }
                case EXTENSION -> at = blocks(in, at + 2);
                case 0 -> at++;
                default -> throw in.broken("an unknown block after frame " + frames);
            }
        }
        if (frames == 0) throw in.broken("it holds no picture");
        var size = in.picture(width, height);
        limits.admit(size, frames);
        return new Header(in.format(), size, 1, frames);
    }

    private static int colours(int flags) {
        return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
    }

    /// The position behind a row of sub-blocks.
    private static long blocks(ByteView in, long from) {
        long at = from;
        for (int length = in.u8(at); length != 0; length = in.u8(at)) at += length + 1;
        return at + 1;
    }
}
