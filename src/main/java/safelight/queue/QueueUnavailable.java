package safelight.queue;

import safelight.base.Failure;
import safelight.base.Problem;

/// The broker does not answer. Jobs are still accepted: their rows are published when it is back.
public final class QueueUnavailable extends Failure {
    private static final long serialVersionUID = 1L;

    /// While doing `what`.
    public QueueUnavailable(String what, Throwable cause) {
        super(
                Problem.passing(
                        "SL-QUEUE-01",
                        503,
                        "The queue is not available",
                        "The job queue failed to "
                                + what
                                + ". Accepted jobs run when it is back; try again in a moment."),
                cause);
    }
}
