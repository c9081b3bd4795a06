package safelight.replication;

import safelight.base.Failure;
import safelight.base.Problem;

/// What another data center did not answer.
public abstract sealed class ReplicationFailure extends Failure {
    private static final long serialVersionUID = 1L;

    private ReplicationFailure(Problem problem, Throwable cause) {
        super(problem, cause);
    }

    private ReplicationFailure(Problem problem) {
        super(problem);
    }

    /// It cannot be reached, or broke off.
    public static final class Unreachable extends ReplicationFailure {
        private static final long serialVersionUID = 1L;

        Unreachable(String dataCenter, Throwable cause) {
            super(
                    Problem.passing(
                            "SL-REPLICATION-01",
                            503,
                            "Another data center cannot be reached",
                            "Data center " + dataCenter + " does not answer. Try again later."),
                    cause);
        }
    }

    /// It answers, but not as a replicator of this installation does.
    public static final class Refused extends ReplicationFailure {
        private static final long serialVersionUID = 1L;

        Refused(String dataCenter, long status) {
            super(
                    Problem.of(
                            "SL-REPLICATION-02",
                            502,
                            "Another data center refuses this one",
                            ("Data center %s answered %d. Its replication.secret has to be the same"
                                            + " as here, and its address that of a replicator.")
                                    .formatted(dataCenter, status)));
        }
    }
}
