package safelight.imaging;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/// Reads and writes encoded pictures with libvips' named loaders and savers; nothing is guessed
/// from the bytes here.
final class VipsFiles {
    /// What there is a saver for; whether its encoder is installed is another question.
    static final Set<Format> WRITABLE = Set.of(Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF);

    private static final int SEQUENTIAL = 1;
    private static final int FAIL_ON_NOTHING = 0;
    private static final int FAIL_ON_ERROR = 2;
    private static final int UCHAR = 0;
    private static final int AV1 = 4;
    private static final int AVIF_EFFORT = 2;
    private static final int WEBP_SIDE_MAX = 16_383;
    private static final int AVIF_SIDE_MAX = 16_384;

    private VipsFiles() {}

    /// Opens a picture; `shrink` (1, 2, 4, 8) divides a JPEG's sides while it is decoded. Pixels
    /// come from top to bottom, once.
    static VipsImage load(VipsScope scope, MemorySegment bytes, Format format, int shrink) {
        return load(scope, bytes, format, shrunk(shrink, FAIL_ON_ERROR));
    }

    /// As much of a damaged picture as can be decoded.
    static VipsImage salvage(VipsScope scope, MemorySegment bytes, Format format, int shrink) {
        return load(scope, bytes, format, shrunk(shrink, FAIL_ON_NOTHING));
    }

    private static VipsImage.Arguments shrunk(int shrink, int failOn) {
        return call -> {
            var strict = call.option("fail_on", failOn);
            return shrink > 1 ? strict.option("shrink", shrink) : strict;
        };
    }

    /// Opens an animation: so many frames, one below the other.
    static VipsImage loadFrames(VipsScope scope, MemorySegment bytes, Format format, int frames) {
        return load(
                scope,
                bytes,
                format,
                call -> call.option("n", frames).option("fail_on", FAIL_ON_ERROR));
    }

    private static VipsImage load(
            VipsScope scope, MemorySegment bytes, Format format, VipsImage.Arguments more) {
        return scope.image(out -> {
            var call =
                    scope.library()
                            .call(loader(format))
                            .pointer(bytes)
                            .length(bytes.byteSize())
                            .pointer(out)
                            .option("access", SEQUENTIAL);
            more.on(call).run();
        });
    }

    /// A picture that is in memory already, and stays there as long as the scope.
    static VipsImage of(VipsScope scope, Pixels pixels) {
        var image =
                scope.library()
                        .call("vips_image_new_from_memory")
                        .pointer(pixels.samples())
                        .length(pixels.samples().byteSize())
                        .whole(pixels.size().widthPx())
                        .whole(pixels.size().heightPx())
                        .whole(pixels.isGrey() ? 1 : 3)
                        .whole(UCHAR)
                        .fetch();
        if (image.address() == 0)
            throw new VipsFault("vips_image_new_from_memory", scope.library().takeMessage());
        return scope.own(image)
                .interpreted(pixels.isGrey() ? VipsImage.BLACK_WHITE : VipsImage.SRGB);
    }

    /// Computes and encodes a picture.
    static byte[] save(VipsImage image, Output output) {
        return save(image, output, 1);
    }

    /// Computes and encodes a picture of so many frames, one below the other.
    static byte[] save(VipsImage image, Output output, int frames) {
        int pagePx = image.size().heightPx() / frames;
        int quality = output.quality();
        return switch (output.format()) {
            case JPEG ->
                    written(
                            image.shallow().onWhite(),
                            "vips_jpegsave_buffer",
                            call -> call.option("Q", quality).option("optimize_coding", 1));
            case PNG -> written(image, "vips_pngsave_buffer", call -> call);
            case WEBP ->
                    written(
                            image.shallow(),
                            "vips_webpsave_buffer",
                            call -> call.option("Q", quality).option("page_height", pagePx));
            case AVIF ->
                    written(
                            image.shallow(),
                            "vips_heifsave_buffer",
                            call ->
                                    call.option("Q", quality)
                                            .option("compression", AV1)
                                            .option("bitdepth", 8)
                                            .option("effort", AVIF_EFFORT));
            case GIF, HEIC, TIFF -> throw new IllegalStateException("no saver for " + output);
        };
    }

    /// The longest side that the format can hold.
    static int sideMax(Format format) {
        return switch (format) {
            case WEBP -> WEBP_SIDE_MAX;
            case AVIF, HEIC -> AVIF_SIDE_MAX;
            case JPEG, PNG, GIF, TIFF -> Operation.SIDE_MAX;
        };
    }

    private static String loader(Format format) {
        return switch (format) {
            case JPEG -> "vips_jpegload_buffer";
            case PNG -> "vips_pngload_buffer";
            case WEBP -> "vips_webpload_buffer";
            case GIF -> "vips_gifload_buffer";
            case AVIF, HEIC -> "vips_heifload_buffer";
            case TIFF -> "vips_tiffload_buffer";
        };
    }

    private static byte[] written(VipsImage image, String saver, VipsImage.Arguments options) {
        var library = image.scope().library();
        try (var arena = Arena.ofConfined()) {
            var buffer = arena.allocate(ADDRESS);
            var length = arena.allocate(JAVA_LONG);
            options.on(library.call(saver).pointer(image.pointer()).pointer(buffer).pointer(length))
                    .run();
            var bytes = buffer.get(ADDRESS, 0);
            try {
                return bytes.reinterpret(length.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
            } finally {
                library.call("g_free").pointer(bytes).go();
            }
        }
    }
}
