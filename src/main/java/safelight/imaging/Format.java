package safelight.imaging;

import java.util.Optional;

/// The picture formats that Safelight knows by their first bytes. Whether one can be read or
/// written here is what {@link Darkroom#decodes()} and {@link Darkroom#encodes()} say.
public enum Format {
    JPEG("image/jpeg", "jpg"),
    PNG("image/png", "png"),
    WEBP("image/webp", "webp"),
    AVIF("image/avif", "avif"),
    HEIC("image/heic", "heic"),
    GIF("image/gif", "gif"),
    TIFF("image/tiff", "tiff");

    private final String mediaType;
    private final String extension;

    Format(String mediaType, String extension) {
        this.mediaType = mediaType;
        this.extension = extension;
    }

    /// The name in the API and in recipes: lower case.
    public String id() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /// The registered media type.
    public String mediaType() {
        return mediaType;
    }

    /// The usual file extension, without a dot.
    public String extension() {
        return extension;
    }

    /// The format with this {@link #id()}; `jpg` is taken for `jpeg`.
    public static Optional<Format> byId(String id) {
        if (id.equals("jpg")) return Optional.of(JPEG);
        for (var format : values()) if (format.id().equals(id)) return Optional.of(format);
        return Optional.empty();
    }
}
