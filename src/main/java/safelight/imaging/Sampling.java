package safelight.imaging;

import java.util.Arrays;
import java.util.Optional;

/// How many pixels share a sample of colour in a JPEG, in the order of libturbojpeg's TJSAMP.
enum Sampling {
    FULL(1, 1),
    HALF_ACROSS(2, 1),
    HALF(2, 2),
    GREY(1, 1),
    HALF_DOWN(1, 2),
    QUARTER_ACROSS(4, 1);

    private static final int BLOCK = 8;

    private final int across;
    private final int down;

    Sampling(int across, int down) {
        this.across = across;
        this.down = down;
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

    /// The one for colour with these steps, if JPEG encoders have it.
    static Optional<Sampling> of(double across, double down) {
        return Arrays.stream(values())
                .filter(s -> s != GREY && s.across == across && s.down == down)
                .findFirst();
    }
}
