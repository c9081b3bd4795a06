package safelight.imaging;

/// A JPEG is not what the fast ways are for: libturbojpeg said no or warned, or the bits are odd.
/// Never leaves the package: the next slower way is asked then.
final class TurboFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TurboFault(String message) {
        super(message);
    }
}
