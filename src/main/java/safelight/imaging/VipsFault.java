package safelight.imaging;

/// libvips said no. Never leaves the package: {@link Vips} finds out whose fault it is.
final class VipsFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    VipsFault(String function, String message) {
        super(function + ": " + message);
        reason =
                message.lines().map(String::strip).filter(l -> !l.isEmpty()).findFirst().orElse("");
    }

    /// The library's first complaint, for a sentence; may be empty.
    String reason() {
        return reason;
    }
}
