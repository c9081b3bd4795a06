package safelight.imaging;

import safelight.base.Bytes;

/// How much memory the work on a photo takes at most, told from its header, the size of its file
/// and the recipe alone. Bytes for each pixel, as measured on the worst that each format has
/// (progressive JPEGs, interlaced PNGs, 16 bits), rounded up; planes need less than libvips.
public final class MemoryNeed {
    private static final long FIXED = 32L << 20;
    // the file, as it was read and as a part of it may be copied
    private static final long FILES = 2;
    // lines of floating point that a step holds, beside three sigmas above and below
    private static final long LINES = 320;
    private static final long LINE_SAMPLE = 16;
    // two pictures in memory at once: the one that a step reads, and what it makes
    private static final long HELD = 2;

    private MemoryNeed() {}

    /// The most that developing it may take.
    public static Bytes most(Header header, long fileBytes, Recipe recipe) {
        int frames = header.frames();
        long pixel = pixel(header.format());
        var size = header.size();
        long widest = size.widthPx();
        long largest = size.pixels() * frames;
        long marks = 0;
        for (var operation : recipe.operations()) {
            size = operation.sizeAfter(size);
            widest = Math.max(widest, size.widthPx());
            largest = Math.max(largest, size.pixels() * frames);
            if (operation instanceof Operation.Watermark) marks += size.pixels() * LINE_SAMPLE;
        }
        boolean settles = VipsSteps.evaluations(header, recipe, 1) > 1 || frames > 1;
        long steps = 1L + recipe.operations().size();
        return new Bytes(
                FIXED
                        + FILES * fileBytes
                        + decoding(header.format()) * header.pixels()
                        + (settles ? HELD * pixel * largest : 0)
                        + steps * widest * LINES * LINE_SAMPLE
                        + marks
                        + encoding(recipe.output().format()) * size.pixels() * frames);
    }

    /// What a decoder holds for each pixel: all coefficients, or all lines.
    private static long decoding(Format format) {
        return switch (format) {
            case JPEG, WEBP -> 6;
            case GIF, PNG, TIFF -> 8;
            case AVIF, HEIC -> 16;
        };
    }

    /// Four channels, of 16 bits where the format has them.
    private static long pixel(Format format) {
        return switch (format) {
            case JPEG, WEBP, GIF -> 4;
            case PNG, TIFF, AVIF, HEIC -> 8;
        };
    }

    /// What an encoder holds for each pixel, and the file twice.
    private static long encoding(Format format) {
        return switch (format) {
            case JPEG -> 12;
            case PNG -> 18;
            case WEBP -> 24;
            case AVIF, HEIC, GIF, TIFF -> 64;
        };
    }
}
