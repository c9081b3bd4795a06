package safelight.platform;

import safelight.base.Failure;
import safelight.base.Problem;

/// Instances cannot be started now, or the load balancer cannot be told; both go on as they are.
public final class PlatformUnavailable extends Failure {
    private static final long serialVersionUID = 1L;

    /// While doing `what`.
    public PlatformUnavailable(String what) {
        super(problem(what));
    }

    /// While doing `what`.
    public PlatformUnavailable(String what, Throwable cause) {
        super(problem(what), cause);
    }

    private static Problem problem(String what) {
        return Problem.passing(
                "SL-PLATFORM-01",
                503,
                "The platform is not available",
                "The platform failed to " + what + ". It is tried again.");
    }
}
