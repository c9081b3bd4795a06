package safelight.imaging;

/// Reads a TIFF file's first picture and checks that all its strips or tiles are there.
final class TiffHeader {
    private TiffHeader() {}

    static Header read(ByteView in, Limits limits) {
        var tags = TiffTags.first(in);
        var size =
                in.picture(
                        tags.number(TiffTags.WIDTH).orElse(0L),
                        tags.number(TiffTags.HEIGHT).orElse(0L));
        limits.admit(size, 1);
        boolean strips = complete(in, tags, TiffTags.STRIP_OFFSETS, TiffTags.STRIP_BYTES);
        boolean tiles = complete(in, tags, TiffTags.TILE_OFFSETS, TiffTags.TILE_BYTES);
        if (!strips && !tiles) throw in.broken("it holds no picture");
        return Headers.upright(in.format(), size, tags.orientation(), 1);
    }

    /// Whether there are such parts; one that lies outside the file is a damaged picture.
    private static boolean complete(ByteView in, TiffTags tags, int offsets, int lengths) {
        var from = tags.numbers(offsets);
        var bytes = tags.numbers(lengths);
        if (from.isEmpty() || bytes.isEmpty()) return false;
        long count = Math.min(from.get().count(), bytes.get().count());
        for (long i = 0; i < count; i++) in.part(from.get().value(i), bytes.get().value(i));
        return true;
    }
}
