package safelight.imaging;

/// libturbojpeg said no, or warned. Never leaves the package: libvips is asked then.
final class TurboFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TurboFault(String message) {
        super(message);
    }
}
