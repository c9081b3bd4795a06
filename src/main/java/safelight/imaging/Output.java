package safelight.imaging;

/// How the result is written. `quality` runs from 1 to 100 and is ignored by lossless formats.
/// `isLossless` asks for a JPEG whose pixels were never decoded; then the quality is the photo's.
/// `isBestEffort` takes of a damaged photo what can be decoded, instead of refusing it.
public record Output(Format format, int quality, boolean isLossless, boolean isBestEffort) {
    /// The quality when none is asked for.
    public static final int QUALITY_DEFAULT = 80;

    /// Refuses a quality outside 1 to 100 with {@link BadRecipe} at `/quality`, other formats than
    /// JPEG without loss at `/lossless`, and best effort without loss at `/bestEffort`.
    public Output {
        if (quality < 1 || quality > 100)
            throw BadRecipe.at("/quality", "The quality runs from 1 to 100, not " + quality + ".");
        if (isLossless && format != Format.JPEG)
            throw BadRecipe.at(
                    "/lossless", "Only JPEG is written without decoding it, not " + format + ".");
        if (isLossless && isBestEffort)
            throw BadRecipe.at(
                    "/bestEffort", "What is damaged cannot be written without decoding it.");
        if (isLossless) quality = QUALITY_DEFAULT;
    }

    /// The same in another format.
    public Output in(Format other) {
        return new Output(other, quality, isLossless, isBestEffort);
    }

    /// Of pixels that were decoded.
    public Output(Format format, int quality) {
        this(format, quality, false, false);
    }
}
