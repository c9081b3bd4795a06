package safelight.imaging;

/// A finished picture: its encoded bytes and what they hold.
public final class Developed {
    private final byte[] bytes;
    private final Format format;
    private final Size size;

    /// Takes the bytes over.
    public Developed(byte[] bytes, Format format, Size size) {
        this.bytes = bytes;
        this.format = format;
        this.size = size;
    }

    /// The encoded bytes themselves, not a copy.
    public byte[] bytes() {
        return bytes;
    }

    /// What they are encoded as.
    public Format format() {
        return format;
    }

    /// How large the picture is.
    public Size size() {
        return size;
    }
}
