package safelight.imaging;

import java.util.Locale;

/// What a photo and a result may measure; checked on headers, before any pixel is decoded. For an
/// animation, `pixelsIn` bounds frames x pixels.
public record Limits(long pixelsIn, long pixelsOut) {
    /// 100 megapixels each way.
    public static final Limits DEFAULT = new Limits(100_000_000, 100_000_000);

    /// Refuses limits below one pixel.
    public Limits {
        if (pixelsIn < 1 || pixelsOut < 1)
            throw new IllegalArgumentException("no limits of " + pixelsIn + ", " + pixelsOut);
    }

    /// Refuses a photo with more frames x pixels than may be decoded.
    void admit(Size size, int frames) {
        if (size.pixels() <= pixelsIn / frames) return;
        var shape = frames == 1 ? size.toString() : frames + " frames of " + size;
        throw BadPhoto.tooManyPixels(
                String.format(
                        Locale.ROOT,
                        "The picture has %s pixels; at most %,d in all are accepted. Please send a"
                                + " smaller one.",
                        shape,
                        pixelsIn));
    }
}
