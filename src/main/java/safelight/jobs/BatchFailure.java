package safelight.jobs;

import java.util.List;
import safelight.base.Failure;
import safelight.base.Problem;

/// What cannot be done with a batch.
public abstract sealed class BatchFailure extends Failure {
    private static final long serialVersionUID = 1L;

    private BatchFailure(Problem problem) {
        super(problem);
    }

    /// There is no such batch, or it is another account's; which of them is not said.
    public static final class Unknown extends BatchFailure {
        private static final long serialVersionUID = 1L;

        /// For an id that names nothing the account may see.
        public Unknown() {
            super(Problem.of("SL-BATCH-01", 404, "No such batch", "There is no such batch."));
        }
    }

    /// Some of the photos are not there, or the recipe does not fit them.
    public static final class WrongPhotos extends BatchFailure {
        private static final long serialVersionUID = 1L;

        WrongPhotos(List<Problem.Fault> faults) {
            super(
                    Problem.of(
                                    "SL-BATCH-02",
                                    422,
                                    "Not for every photo",
                                    "The batch cannot be carried out for every photo, so nothing of"
                                            + " it was accepted: "
                                            + faults.getFirst().detail())
                            .at(faults));
        }
    }
}
