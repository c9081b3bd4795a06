package safelight.imaging;

/// libvips said no. Never leaves the package: {@link Vips} finds out whose fault it is.
final class VipsFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final int REASON_MAX = 120;

    private final String reason;

    VipsFault(String function, String message) {
        super(function + ": " + message);
        reason =
                message.lines()
                        .map(String::strip)
                        .filter(l -> !l.isEmpty())
                        .findFirst()
                        .map(l -> l.substring(0, Math.min(l.length(), REASON_MAX)))
                        .orElse("");
    }

    /// The library's first complaint, for a sentence; may be empty.
    String reason() {
        return reason;
    }
}
