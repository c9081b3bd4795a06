package safelight.imaging;

import safelight.base.Problem;

/// The watch asked to stop and the operation did: cancelled or out of time.
public final class DarkroomStopped extends ImagingFailure {
    private static final long serialVersionUID = 1L;

    /// Stopped at the watch's word.
    public DarkroomStopped() {
        super(
                Problem.passing(
                        "SL-PHOTO-05",
                        503,
                        "Stopped",
                        "The operation was stopped before its end."));
    }
}
