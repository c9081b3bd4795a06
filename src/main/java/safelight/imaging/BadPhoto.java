package safelight.imaging;

import safelight.base.Problem;

/// The bytes are no picture that can be worked on; trying again does not help.
public final class BadPhoto extends ImagingFailure {
    private static final long serialVersionUID = 1L;

    private BadPhoto(Problem problem) {
        super(problem);
    }

    /// The bytes start like none of the formats that are accepted.
    public static BadPhoto notAnImage(String detail) {
        return new BadPhoto(
                Problem.of("SL-PHOTO-01", 415, "Not a picture that can be read", detail));
    }

    /// The file starts right but is cut off or broken.
    public static BadPhoto damaged(String detail) {
        return new BadPhoto(Problem.of("SL-PHOTO-02", 422, "Damaged picture", detail));
    }

    /// The header promises more pixels than are allowed.
    public static BadPhoto tooManyPixels(String detail) {
        return new BadPhoto(Problem.of("SL-PHOTO-03", 422, "Too many pixels", detail));
    }
}
