package safelight.imaging;

/// What a photo's bytes say about it before any pixel is decoded. `size` is upright: EXIF
/// orientations 5 to 8 have swapped it already. `orientation` is what is left to apply, 1 to 8; 1
/// for HEIC and AVIF, whose decoders turn the picture themselves. `frames` is 1 for a still
/// picture.
public record Header(Format format, Size size, int orientation, int frames) {
    /// Refuses an orientation outside 1 to 8 and less than one frame.
    public Header {
        if (orientation < 1 || orientation > 8 || frames < 1)
            throw new IllegalArgumentException("orientation " + orientation + ", frames " + frames);
    }

    /// Reads the header in Java alone, with work bounded by the size of the file; the bytes may be
    /// hostile.
    ///
    /// @throws BadPhoto if the bytes are no picture of a known {@link Format}, if the file is cut
    ///   off or its structure broken, or if frames x pixels exceed `limits`
    public static Header read(Source source, Limits limits) {
        return Headers.read(source.segment(), limits, true);
    }

    /// The same for an output: with best effort, a JPEG may be cut off after its header.
    public static Header read(Source source, Limits limits, Output output) {
        return Headers.read(source.segment(), limits, !output.isBestEffort());
    }

    /// The most frames x pixels that decoding will touch.
    public long pixels() {
        return size.pixels() * frames;
    }
}
