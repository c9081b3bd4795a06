package safelight.imaging;

import safelight.base.Problem;

/// The imaging libraries are missing or failed in a way that is not the photo's fault.
public final class DarkroomUnavailable extends ImagingFailure {
    private static final long serialVersionUID = 1L;

    /// With a sentence that says what to install or look at.
    public DarkroomUnavailable(String detail) {
        super(Problem.passing("SL-PHOTO-04", 503, "Photo work is not available", detail));
    }

    /// The same, with what the linker said.
    public DarkroomUnavailable(String detail, Throwable cause) {
        super(Problem.passing("SL-PHOTO-04", 503, "Photo work is not available", detail), cause);
    }
}
