package safelight.app;

/// The words between `serve` and its worker process.
final class ChildProtocol {
    /// Asks for the child's metrics.
    static final String METRICS = "metrics";

    /// Ends an answer.
    static final String END = "# end of answer";

    private ChildProtocol() {}
}
