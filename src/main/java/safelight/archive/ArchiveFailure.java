package safelight.archive;

import java.io.IOException;
import java.nio.file.Path;
import safelight.base.Failure;
import safelight.base.Problem;

/// Why an installation could not be exported or imported.
public abstract sealed class ArchiveFailure extends Failure {
    private static final long serialVersionUID = 1L;

    private ArchiveFailure(Problem problem) {
        super(problem);
    }

    private ArchiveFailure(Problem problem, Throwable cause) {
        super(problem, cause);
    }

    /// Its files cannot be read or written.
    public static final class Unusable extends ArchiveFailure {
        private static final long serialVersionUID = 1L;

        /// While doing `what` with this file or folder.
        public Unusable(String what, Path path, IOException cause) {
            super(
                    Problem.of(
                            "SL-ARCHIVE-01",
                            500,
                            "The archive's folder cannot be used",
                            "Safelight could not %s %s: %s. Check path, permissions and room."
                                    .formatted(what, path, cause)),
                    cause);
        }
    }

    /// It is not an archive, of a newer release, or not as it was exported. Nothing was imported.
    public static final class Unfit extends ArchiveFailure {
        private static final long serialVersionUID = 1L;

        /// Because of this: a sentence.
        public Unfit(String sentence) {
            super(
                    Problem.of(
                            "SL-ARCHIVE-02",
                            422,
                            "The archive cannot be imported",
                            sentence + " Nothing was imported."));
        }
    }

    /// The installation to import into is not empty.
    public static final class Occupied extends ArchiveFailure {
        private static final long serialVersionUID = 1L;

        /// Because of this: a sentence.
        public Occupied(String sentence) {
            super(
                    Problem.of(
                            "SL-ARCHIVE-03",
                            409,
                            "The installation is not empty",
                            sentence + " Nothing was imported."));
        }
    }

    /// What is in the installation after the import is not what is in the archive.
    public static final class Different extends ArchiveFailure {
        private static final long serialVersionUID = 1L;

        /// In so many places.
        public Different(long faults) {
            super(
                    Problem.of(
                            "SL-ARCHIVE-04",
                            500,
                            "The import is not what was exported",
                            faults
                                    + " differences were found when the import was read back. Do"
                                    + " not use this installation."));
        }
    }
}
