package safelight.imaging;

import java.lang.foreign.MemorySegment;

/// A finished picture in memory, 8 bits a sample, grey or RGB without gaps, and what is known of
/// the photo that it was made of. Valid as long as its memory is.
record Pixels(MemorySegment samples, Size size, boolean isGrey, JpegParts parts) {
    /// How many bytes a picture has.
    static long bytes(Size size, boolean isGrey) {
        return size.pixels() * (isGrey ? 1 : 3);
    }
}
