package safelight.settings;

/// The settings cannot be used; the message says which key, from where, and what would do. The
/// process does not start.
public final class SettingsWrong extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SettingsWrong(String message) {
        super(message);
    }

    SettingsWrong(String message, Throwable cause) {
        super(message, cause);
    }
}
