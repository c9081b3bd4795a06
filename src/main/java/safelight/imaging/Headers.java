package safelight.imaging;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// Tells formats apart by their first bytes and hands on to the parser of each.
final class Headers {
    private static final int SNIFF_BYTES = 256;

    private Headers() {}

    static Header read(MemorySegment bytes, Limits limits, boolean whole) {
        var format = sniff(new ByteView(bytes, ByteOrder.BIG_ENDIAN, Format.JPEG));
        if (format.isEmpty()) throw stranger(bytes);
        var in = new ByteView(bytes, ByteOrder.BIG_ENDIAN, format.get());
        return switch (format.get()) {
            case JPEG -> JpegHeader.read(in, limits, whole);
            case PNG -> PngHeader.read(in, limits);
            case WEBP -> WebpHeader.read(in.ordered(ByteOrder.LITTLE_ENDIAN), limits);
            case GIF -> GifHeader.read(in.ordered(ByteOrder.LITTLE_ENDIAN), limits);
            case AVIF, HEIC -> BoxHeader.read(in, limits);
            case TIFF -> TiffHeader.read(in, limits);
        };
    }

    /// A header once everything is known; turns the size upright.
    static Header upright(Format format, Size stored, int orientation, int frames) {
        return new Header(format, orientation >= 5 ? stored.turned() : stored, orientation, frames);
    }

    private static Optional<Format> sniff(ByteView in) {
        if (in.has(0, "\u00ff\u00d8\u00ff")) return Optional.of(Format.JPEG);
        if (in.has(0, "\u0089PNG\r\n\u001a\n")) return Optional.of(Format.PNG);
        if (in.has(0, "RIFF") && in.has(8, "WEBP")) return Optional.of(Format.WEBP);
        if (in.has(0, "GIF87a") || in.has(0, "GIF89a")) return Optional.of(Format.GIF);
        if (in.has(0, "II*\0") || in.has(0, "MM\0*")) return Optional.of(Format.TIFF);
        return in.has(4, "ftyp") ? BoxHeader.brand(in) : Optional.empty();
    }

    private static BadPhoto stranger(MemorySegment bytes) {
        var in = new ByteView(bytes, ByteOrder.BIG_ENDIAN, Format.JPEG);
        return BadPhoto.notAnImage(
                "%s Accepted are %s."
                        .formatted(
                                guess(in),
                                Arrays.stream(Format.values())
                                        .map(Format::name)
                                        .collect(Collectors.joining(", "))));
    }

    private static String guess(ByteView in) {
        if (in.size() == 0) return "The file is empty.";
        if (in.has(0, "%PDF")) return "This is a PDF document.";
        if (in.has(4, "ftyp")) return "This looks like a video.";
        long end = Math.min(SNIFF_BYTES, in.size());
        for (long at = 0; at < end; at++) if (in.has(at, "<svg")) return "This is an SVG drawing.";
        return "These bytes are no picture of a known format.";
    }
}
