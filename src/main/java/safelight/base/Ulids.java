package safelight.base;

import java.time.Clock;
import java.util.random.RandomGenerator;

/// Makes ids that sort by time: 48 bits of milliseconds and 80 random bits in 26 characters of
/// Crockford base32, lower case (the ULID specification, github.com/ulid/spec). Thread-safe if its
/// random generator is.
public final class Ulids {
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int CHARS = 26;

    /// The first character has three bits: 48 of time fill ten characters but for two.
    private static final char FIRST_MOST = '7';

    private final Clock clock;
    private final RandomGenerator random;

    /// Times come from `clock`; ids are as hard to guess as `random` is.
    public Ulids(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /// A new id, larger than those of earlier milliseconds.
    public String next() {
        var id = new char[CHARS];
        write(id, 0, 10, clock.millis());
        write(id, 10, 8, random.nextLong() & ((1L << 40) - 1));
        write(id, 18, 8, random.nextLong() & ((1L << 40) - 1));
        return new String(id);
    }

    static void check(String value) {
        if (!isUlid(value)) throw new IllegalArgumentException("not an id: " + value);
    }

    /// Whether `value` has the shape of an id; for ids that come from outside.
    public static boolean isUlid(String value) {
        if (value.length() != CHARS || value.charAt(0) > FIRST_MOST) return false;
        for (int i = 0; i < CHARS; i++) if (ALPHABET.indexOf(value.charAt(i)) < 0) return false;
        return true;
    }

    private static void write(char[] to, int from, int digits, long bits) {
        for (int i = 0; i < digits; i++)
            to[from + i] = ALPHABET.charAt((int) (bits >>> (5 * (digits - 1 - i))) & 31);
    }
}
