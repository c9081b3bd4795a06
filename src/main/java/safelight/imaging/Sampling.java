package safelight.imaging;

import java.util.Arrays;
import java.util.Optional;

/// How many pixels share a sample of colour in a JPEG, and the number that libturbojpeg has for it.
enum Sampling {
    FULL(0, 1, 1),
    HALF_ACROSS(1, 2, 1),
    HALF(2, 2, 2),
    GREY(3, 1, 1),
    HALF_DOWN(4, 1, 2),
    QUARTER_ACROSS(5, 4, 1);

    private static final int BLOCK = 8;

    private final int code;
    private final int across;
    private final int down;

    Sampling(int code, int across, int down) {
        this.code = code;
        this.across = across;
        this.down = down;
    }

    /// TJSAMP.
    int code() {
        return code;
    }

    int across() {
        return across;
    }

    int down() {
        return down;
    }

    int planes() {
        return this == GREY ? 1 : 3;
    }

    /// Lossless edits move squares of so many pixels across, that are coded as one.
    int unitAcross() {
        return across * BLOCK;
    }

    /// The same downwards.
    int unitDown() {
        return down * BLOCK;
    }

    /// The one with this number.
    static Optional<Sampling> coded(int code) {
        return Arrays.stream(values()).filter(s -> s.code == code).findFirst();
    }

    /// The one for colour with these steps, if JPEG encoders have it.
    static Optional<Sampling> of(double across, double down) {
        return Arrays.stream(values())
                .filter(s -> s != GREY && s.across == across && s.down == down)
                .findFirst();
    }
}
