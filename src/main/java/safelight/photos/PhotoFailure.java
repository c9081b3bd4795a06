package safelight.photos;

import safelight.base.Failure;
import safelight.base.Problem;

/// What cannot be done with a photo.
public abstract sealed class PhotoFailure extends Failure {
    private static final long serialVersionUID = 1L;

    private PhotoFailure(Problem problem) {
        super(problem);
    }

    /// There is no such photo, or it is another account's; which of them is not said.
    public static final class Unknown extends PhotoFailure {
        private static final long serialVersionUID = 1L;

        /// For an id that names nothing the account may see.
        public Unknown() {
            super(Problem.of("SL-PHOTO-06", 404, "No such photo", "There is no such photo."));
        }
    }

    /// The photo's bytes are missing for a moment: somebody removed equal ones just now.
    public static final class JustRemoved extends PhotoFailure {
        private static final long serialVersionUID = 1L;

        JustRemoved() {
            super(
                    Problem.passing(
                            "SL-PHOTO-07",
                            503,
                            "Send it again",
                            "The same picture was being deleted at this moment. Send it again."));
        }
    }
}
