package safelight.jobs;

import java.time.Duration;
import java.util.Optional;
import safelight.base.Bytes;
import safelight.base.Failure;
import safelight.base.Problem;
import safelight.catalog.Burden;
import safelight.catalog.Job;

/// What cannot be done with a job.
public abstract sealed class JobFailure extends Failure {
    private static final long serialVersionUID = 1L;
    private static final long UNITS = 1_000;

    private JobFailure(Problem problem) {
        super(problem);
    }

    /// There is no such job, or it is another account's; which of them is not said.
    public static final class Unknown extends JobFailure {
        private static final long serialVersionUID = 1L;

        /// For an id that names nothing the account may see.
        public Unknown() {
            super(Problem.of("SL-JOB-01", 404, "No such job", "There is no such job."));
        }
    }

    /// The idempotency key came before with another body.
    public static final class KeyTaken extends JobFailure {
        private static final long serialVersionUID = 1L;

        KeyTaken() {
            super(
                    Problem.of(
                            "SL-JOB-02",
                            409,
                            "This Idempotency-Key was used",
                            "This Idempotency-Key was used before with another request. Take a new"
                                    + " key for a new job."));
        }
    }

    /// The account has as many open jobs as it may have.
    public static final class TooMany extends JobFailure {
        private static final long serialVersionUID = 1L;

        TooMany(long open, Duration wait) {
            this("The account has %d open jobs. Wait until some have ended.".formatted(open), wait);
        }

        /// For a batch of `more` jobs.
        TooMany(long open, int more, Duration wait) {
            this(
                    ("The account has %d open jobs in batches; %d more are too many. Nothing of"
                                    + " this batch was accepted. Wait until some have ended.")
                            .formatted(open, more),
                    wait);
        }

        private TooMany(String detail, Duration wait) {
            super(Problem.of("SL-JOB-03", 429, "Too many open jobs", detail).after(wait));
        }
    }

    /// The account's open jobs cost as much, or have as many bytes, as they may.
    public static final class TooHeavy extends JobFailure {
        private static final long serialVersionUID = 1L;

        TooHeavy(Burden open, Duration wait) {
            super(
                    Problem.of(
                                    "SL-JOB-12",
                                    429,
                                    "Too much open work",
                                    ("The account's open jobs are %d megapixels x operations of"
                                                    + " work on %s of photos; this is too much"
                                                    + " besides. Nothing was accepted. Wait until"
                                                    + " some have ended.")
                                            .formatted(
                                                    open.cost() / UNITS, new Bytes(open.bytes())))
                            .after(wait));
        }
    }

    /// As much work waits, of all accounts together, as may.
    public static final class Busy extends JobFailure {
        private static final long serialVersionUID = 1L;

        Busy(Duration wait) {
            super(
                    Problem.of(
                                    "SL-JOB-13",
                                    429,
                                    "Too much work waits",
                                    "More work waits than this installation takes in. Nothing was"
                                            + " accepted. Try again later.")
                            .after(wait));
        }
    }

    /// Not possible in the state that the job is in.
    public static final class WrongState extends JobFailure {
        private static final long serialVersionUID = 1L;

        WrongState(String what, Job.State state) {
            super(
                    Problem.of(
                            "SL-JOB-04",
                            409,
                            "Not in this state",
                            "The job is %s; it cannot %s."
                                    .formatted(
                                            state.name().toLowerCase(java.util.Locale.ROOT),
                                            what)));
        }
    }

    /// The job's result was deleted, or it has none.
    public static final class ResultGone extends JobFailure {
        private static final long serialVersionUID = 1L;

        ResultGone() {
            super(
                    Problem.of(
                            "SL-JOB-05",
                            404,
                            "No result",
                            "The result of this job was deleted, or the job has none."));
        }
    }

    /// A picture that is made on demand is not made yet.
    public static final class NotYet extends JobFailure {
        private static final long serialVersionUID = 1L;

        NotYet() {
            super(
                    Problem.passing(
                            "SL-JOB-08",
                            503,
                            "Not made yet",
                            "This picture is still being made. Ask again in a moment."));
        }
    }

    /// The operation took longer than a job may.
    public static final class TookTooLong extends JobFailure {
        private static final long serialVersionUID = 1L;

        TookTooLong(Duration most) {
            super(
                    Problem.passing(
                            "SL-JOB-09",
                            422,
                            "Took too long",
                            "The operations took longer than the %d seconds a job may take."
                                    .formatted(most.toSeconds())));
        }
    }

    /// Something in Safelight itself went wrong while the job ran.
    public static final class Unexpected extends JobFailure {
        private static final long serialVersionUID = 1L;

        Unexpected() {
            super(
                    Problem.passing(
                            "SL-JOB-10",
                            500,
                            "Unexpected failure",
                            "The job failed in a way that should not happen; the server's log says"
                                    + " more."));
        }
    }

    /// The work may take more memory than a worker has.
    public static final class TooLarge extends JobFailure {
        private static final long serialVersionUID = 1L;

        TooLarge(Bytes needed, Bytes budget) {
            super(
                    Problem.of(
                            "SL-JOB-14",
                            422,
                            "Needs too much memory",
                            "This may take %s of memory; a worker here has %s."
                                    .formatted(needed.human(), budget.human())));
        }
    }

    /// Other jobs have a worker's memory.
    public static final class NoRoom extends JobFailure {
        private static final long serialVersionUID = 1L;

        NoRoom() {
            super(
                    Problem.passing(
                            "SL-JOB-15",
                            503,
                            "No memory free",
                            "Other jobs have all of the worker's memory. This one runs later."));
        }
    }

    /// A picture that is made on demand cannot be made.
    public static final class CannotBeMade extends JobFailure {
        private static final long serialVersionUID = 1L;

        CannotBeMade(Optional<Job.Reason> reason) {
            super(
                    Problem.of(
                            "SL-JOB-11",
                            422,
                            "Cannot be made",
                            reason.map(Job.Reason::message)
                                    .orElse("This picture cannot be made of the photo.")));
        }
    }
}
