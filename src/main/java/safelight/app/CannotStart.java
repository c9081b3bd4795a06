package safelight.app;

import java.net.BindException;

/// The process cannot start; the message is for the person who started it.
final class CannotStart extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// For a web server whose port somebody else has.
    static CannotStart portTaken(Config config, BindException cause) {
        return new CannotStart(
                "Port %d is taken. Choose another with --port, or 0 for any free one."
                        .formatted(config.web().port()),
                cause);
    }

    CannotStart(String message) {
        super(message);
    }

    CannotStart(String message, Throwable cause) {
        super(message, cause);
    }
}
