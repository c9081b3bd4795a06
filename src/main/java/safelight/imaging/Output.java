package safelight.imaging;

/// How the result is written. `quality` runs from 1 to 100 and is ignored by lossless formats.
public record Output(Format format, int quality) {
    /// The quality when none is asked for.
    public static final int QUALITY_DEFAULT = 80;

    /// Refuses a quality outside 1 to 100 with {@link BadRecipe} at `/quality`.
    public Output {
        if (quality < 1 || quality > 100)
            throw BadRecipe.at("/quality", "The quality runs from 1 to 100, not " + quality + ".");
    }
}
