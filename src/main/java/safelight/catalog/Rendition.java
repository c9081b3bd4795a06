package safelight.catalog;

import safelight.base.Digest;

/// The bytes that a recipe made of a source once, so that nobody has to make them again.
public record Rendition(Digest digest, String format, int widthPx, int heightPx, long size) {
    /// What names a rendition: the source, the canonical recipe and the engine's version.
    public record Key(Digest source, String recipe, String engine) {}
}
