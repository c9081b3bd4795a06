package safelight.photos;

import safelight.base.Failure;
import safelight.base.Problem;

/// What cannot be done with an upload in parts.
public abstract sealed class UploadFailure extends Failure {
    private static final long serialVersionUID = 1L;

    private UploadFailure(Problem problem) {
        super(problem);
    }

    private UploadFailure(Problem problem, Throwable cause) {
        super(problem, cause);
    }

    /// There is no such upload, it is another account's, or it has expired.
    public static final class Unknown extends UploadFailure {
        private static final long serialVersionUID = 1L;

        /// For an id that names nothing the account may see.
        public Unknown() {
            super(
                    Problem.of(
                            "SL-UPLOAD-01",
                            404,
                            "No such upload",
                            "There is no such upload; unfinished ones go after a time. Start a new"
                                    + " one."));
        }
    }

    /// The bytes do not go on where the upload ends.
    public static final class WrongOffset extends UploadFailure {
        private static final long serialVersionUID = 1L;

        WrongOffset(long given, long offset) {
            super(
                    Problem.of(
                            "SL-UPLOAD-02",
                            409,
                            "Not where the upload ends",
                            "These bytes start at %d, the upload goes on at %d. Ask for its offset"
                                            .formatted(given, offset)
                                    + " and go on from there."));
        }
    }

    /// The account has as many unfinished uploads as it may have.
    public static final class TooMany extends UploadFailure {
        private static final long serialVersionUID = 1L;

        TooMany(long most) {
            super(
                    Problem.passing(
                            "SL-UPLOAD-03",
                            429,
                            "Too many unfinished uploads",
                            "An account has at most %d unfinished uploads. Finish or delete some."
                                    .formatted(most)));
        }
    }

    /// The upload came in too many pieces.
    public static final class TooManyParts extends UploadFailure {
        private static final long serialVersionUID = 1L;

        TooManyParts(int most) {
            super(
                    Problem.of(
                            "SL-UPLOAD-04",
                            422,
                            "Too many parts",
                            "An upload has at most %d parts. Start a new one with larger parts."
                                    .formatted(most)));
        }
    }

    /// More bytes than were announced.
    public static final class TooMuch extends UploadFailure {
        private static final long serialVersionUID = 1L;

        TooMuch(long size) {
            super(
                    Problem.of(
                            "SL-UPLOAD-05",
                            413,
                            "More than was announced",
                            "This upload was announced with %d bytes; these would be more. None of"
                                            .formatted(size)
                                    + " them were kept."));
        }
    }

    /// The bytes stopped coming; those that came are kept.
    public static final class BrokeOff extends UploadFailure {
        private static final long serialVersionUID = 1L;

        BrokeOff(Throwable cause) {
            super(
                    Problem.passing(
                            "SL-UPLOAD-06",
                            408,
                            "The upload broke off",
                            "The connection ended early. What came is kept: ask for the offset and"
                                    + " go on from there."),
                    cause);
        }
    }

    /// The bytes are not those that the client sent.
    public static final class WrongChecksum extends UploadFailure {
        private static final long serialVersionUID = 1L;

        WrongChecksum() {
            super(
                    Problem.passing(
                            "SL-UPLOAD-07",
                            460,
                            "Checksum does not match",
                            "The bytes do not have the checksum that came with them. None of them"
                                    + " were kept; send them again."));
        }
    }
}
