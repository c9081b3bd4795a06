package safelight.imaging;

import safelight.base.Failure;
import safelight.base.Problem;

/// Why a picture could not be read or developed.
public abstract sealed class ImagingFailure extends Failure
        permits BadPhoto, BadRecipe, DarkroomStopped, DarkroomUnavailable {
    private static final long serialVersionUID = 1L;

    ImagingFailure(Problem problem) {
        super(problem);
    }

    ImagingFailure(Problem problem, Throwable cause) {
        super(problem, cause);
    }
}
