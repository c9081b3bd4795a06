package safelight.fleet;

import safelight.base.Failure;
import safelight.base.Problem;

/// The leases cannot be read or written now; instances go on as they are.
public final class FleetUnavailable extends Failure {
    private static final long serialVersionUID = 1L;

    /// While doing `what`.
    public FleetUnavailable(String what, Throwable cause) {
        super(
                Problem.passing(
                        "SL-FLEET-01",
                        503,
                        "The fleet is not available",
                        "The list of instances failed to " + what + ". Try again in a moment."),
                cause);
    }
}
