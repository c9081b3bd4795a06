package safelight.imaging;

import java.util.Set;

/// Applies recipes to pictures. Thread-safe; a call uses one core.
public interface Darkroom {
    /// Name and version of everything that shapes the result's bytes; results of another engine are
    /// not taken for ours.
    String engine();

    /// The formats that can be read here, tried for real.
    Set<Format> decodes();

    /// The formats that can be written here, tried for real.
    Set<Format> encodes();

    /// The formats whose animations can be read here, tried for real; none unless an engine says
    /// so.
    default Set<Format> decodesFrames() {
        return Set.of();
    }

    /// The formats in which animations can be written here; none unless an engine says so.
    default Set<Format> encodesFrames() {
        return Set.of();
    }

    /// The picture after `recipe`: upright by its EXIF orientation first, then operation by
    /// operation. GPS data is stripped and copyright kept. So is the colour profile, except where
    /// sRGB can show all that it can: the result is sRGB then. Of an animation, as many frames
    /// reach the result as {@link Recipe#framesFor} says. The photos that the recipe lays over it
    /// come with the source.
    ///
    /// @throws BadPhoto if the source cannot be decoded, or exceeds `limits`
    /// @throws BadRecipe if an operation does not fit the picture
    /// @throws DarkroomStopped if the watch said so
    /// @throws DarkroomUnavailable if the engine failed through no fault of the photo
    Developed develop(Source source, Recipe recipe, Limits limits, Watch watch);
}
