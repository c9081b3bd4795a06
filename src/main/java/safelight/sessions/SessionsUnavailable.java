package safelight.sessions;

import safelight.base.Failure;
import safelight.base.Problem;

/// The session store does not answer; nobody has been signed out by that.
public final class SessionsUnavailable extends Failure {
    private static final long serialVersionUID = 1L;

    /// While doing `what`.
    public SessionsUnavailable(String what, Throwable cause) {
        super(
                Problem.passing(
                        "SL-SESSION-03",
                        503,
                        "The session store is not available",
                        "The session store failed to " + what + ". Try again in a moment."),
                cause);
    }
}
