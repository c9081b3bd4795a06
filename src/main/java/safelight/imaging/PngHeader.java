package safelight.imaging;

/// Walks a PNG file's chunks up to the last.
final class PngHeader {
    private static final int SIGNATURE = 8;
    private static final int AROUND = 12;

    private PngHeader() {}

    static Header read(ByteView in, Limits limits) {
        if (!in.part(SIGNATURE, AROUND).has(4, "IHDR")) throw in.broken("it has no header");
        var size = in.picture(in.u32(SIGNATURE + 8), in.u32(SIGNATURE + 12));
        limits.admit(size, 1);
        int orientation = 1;
        boolean data = false;
        for (long at = SIGNATURE; ; ) {
            long length = in.u32(at);
            var body = in.part(at + 8, length);
            var name = in.name(at + 4);
            if (name.equals("eXIf")) orientation = Exif.orientation(body);
            if (name.equals("IDAT")) data = true;
            in.part(at, AROUND + length);
            if (name.equals("IEND")) break;
            at += AROUND + length;
        }
        if (!data) throw in.broken("it holds no picture");
        return Headers.upright(in.format(), size, orientation, 1);
    }
}
