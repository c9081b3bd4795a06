package safelight.base;

/// A promise that could not be kept, with the {@link Problem} to show for it. Each port has one
/// sealed family of these, thrown by all its engines.
public abstract class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    /// A failure with no other exception behind it.
    protected Failure(Problem problem) {
        super(problem.code() + ": " + problem.detail());
        this.problem = problem;
    }

    /// A failure that another exception caused; the cause is logged and never shown.
    protected Failure(Problem problem, Throwable cause) {
        super(problem.code() + ": " + problem.detail(), cause);
        this.problem = problem;
    }

    /// What to tell the caller.
    public Problem problem() {
        return problem;
    }

    /// What the exception behind all says, for the log; its code if there is none.
    public String reason() {
        var reason = problem.code();
        for (var cause = getCause(); cause != null; cause = cause.getCause())
            reason = String.valueOf(cause.getMessage());
        return reason;
    }
}
