package safelight.blobs;

import safelight.base.Bytes;
import safelight.base.Digest;
import safelight.base.Failure;
import safelight.base.Problem;

/// What a blob store could not do.
public abstract sealed class BlobFailure extends Failure {
    private static final long serialVersionUID = 1L;

    private BlobFailure(Problem problem) {
        super(problem);
    }

    private BlobFailure(Problem problem, Throwable cause) {
        super(problem, cause);
    }

    /// More bytes than are allowed.
    public static final class TooLarge extends BlobFailure {
        private static final long serialVersionUID = 1L;

        /// For a body beyond `limit`.
        public TooLarge(Bytes limit) {
            super(
                    Problem.of(
                            "SL-BLOB-01",
                            413,
                            "Too large",
                            "A photo has at most " + limit + "; this one has more."));
        }
    }

    /// No room, or less than the reserve.
    public static final class Full extends BlobFailure {
        private static final long serialVersionUID = 1L;

        /// Nothing of the upload was kept.
        public Full() {
            super(full());
        }

        /// The same, as the file system said it.
        public Full(Throwable cause) {
            super(full(), cause);
        }

        private static Problem full() {
            return Problem.passing(
                    "SL-BLOB-02",
                    507,
                    "Storage is full",
                    "There is no room left for photos. Nothing of this upload was kept; free some"
                            + " space and send it again.");
        }
    }

    /// The store does not answer, or fails.
    public static final class Unavailable extends BlobFailure {
        private static final long serialVersionUID = 1L;

        /// While doing `what`.
        public Unavailable(String what, Throwable cause) {
            super(
                    Problem.passing(
                            "SL-BLOB-03",
                            503,
                            "Photo storage is not available",
                            "Photo storage failed to " + what + ". Try again in a moment."),
                    cause);
        }
    }

    /// The stored bytes are not those that were stored.
    public static final class Corrupt extends BlobFailure {
        private static final long serialVersionUID = 1L;

        /// For the blob of this name.
        public Corrupt(Digest digest) {
            super(
                    Problem.of(
                            "SL-BLOB-04",
                            500,
                            "Stored bytes are damaged",
                            "The stored bytes of " + digest + " do not have that SHA-256."));
        }
    }

    /// The bytes stopped coming, or their sender failed.
    public static final class SourceBroken extends BlobFailure {
        private static final long serialVersionUID = 1L;

        /// For an upload that broke off.
        public SourceBroken(Throwable cause) {
            super(
                    Problem.passing(
                            "SL-BLOB-05",
                            400,
                            "The upload broke off",
                            "The upload ended before all of its bytes came. Nothing was kept."),
                    cause);
        }
    }
}
