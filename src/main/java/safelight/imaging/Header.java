package safelight.imaging;

/// What the first bytes of a photo say about it. `size` is upright: EXIF orientations 5 to 8 have
/// swapped it already. `frames` is 1 for a still picture.
public record Header(Format format, Size size, int orientation, int frames) {
    /// The most frames x pixels that decoding will touch.
    public long pixels() {
        return size.pixels() * frames;
    }
}
