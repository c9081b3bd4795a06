package safelight.imaging;

import java.util.List;
import safelight.base.Digest;
import safelight.base.Problem;

/// An operation or output that cannot be: unknown, out of range, or not fitting the photo. The
/// problem's faults say where, as JSON pointers below the recipe.
public final class BadRecipe extends ImagingFailure {
    private static final long serialVersionUID = 1L;

    private BadRecipe(Problem problem) {
        super(problem);
    }

    /// Wrong at this JSON pointer, relative to whatever is being read.
    public static BadRecipe at(String pointer, String detail) {
        return new BadRecipe(
                Problem.of("SL-RECIPE-01", 422, "Not a recipe that can be carried out", detail)
                        .at(List.of(new Problem.Fault(pointer, detail))));
    }

    /// A photo that it lays over others is not there any more.
    public static BadRecipe markGone(Digest digest) {
        return new BadRecipe(
                Problem.of(
                        "SL-RECIPE-02",
                        422,
                        "The watermark's photo is gone",
                        "The photo with the digest %s was deleted before it was laid over this one."
                                .formatted(digest)));
    }

    /// The same, seen from one level further out.
    public BadRecipe under(String prefix) {
        return new BadRecipe(
                problem()
                        .at(
                                problem().faults().stream()
                                        .map(f ->
                                                new Problem.Fault(prefix + f.pointer(), f.detail()))
                                        .toList()));
    }
}
