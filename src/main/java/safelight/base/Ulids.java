package safelight.base;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.random.RandomGenerator;

/// Makes ids that sort by time: 48 bits of milliseconds and 80 random bits in 26 characters of
/// Crockford base32, lower case (the ULID specification, github.com/ulid/spec). Thread-safe if its
/// random generator is.
public final class Ulids {
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int CHARS = 26;

    /// The first character has three bits: 48 of time fill ten characters but for two.
    private static final char FIRST_MOST = '7';

    /// Four characters.
    private static final int MEMBERS_MAX = 1 << 20;

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

    /// When the id was made, by the clock of who made it.
    public static Instant time(String id) {
        check(id);
        return Instant.ofEpochMilli(read(id, 0, 10));
    }

    /// An id that follows from this one, the same one each time: its time, and a digest in place of
    /// the random bits.
    public static String derived(String from) {
        check(from);
        var digest = Digest.of(from.getBytes(StandardCharsets.US_ASCII)).hex();
        var id = new char[26];
        from.getChars(0, 10, id, 0);
        write(id, 10, 8, Long.parseLong(digest.substring(0, 10), 16));
        write(id, 18, 8, Long.parseLong(digest.substring(10, 20), 16));
        return new String(id);
    }

    /// The id of the one at place `index` of what belongs to `from`, the same one each time: its
    /// time, a part of a digest, the place, another part. So they sort by their places.
    public static String member(String from, int index) {
        check(from);
        if (index < 0 || index >= MEMBERS_MAX)
            throw new IllegalArgumentException("no place " + index + " in " + from);
        var digest = Digest.of((from + "/" + index).getBytes(StandardCharsets.US_ASCII)).hex();
        var own = Digest.of((from + "/").getBytes(StandardCharsets.US_ASCII)).hex();
        var id = new char[CHARS];
        from.getChars(0, 10, id, 0);
        write(id, 10, 8, Long.parseLong(own.substring(0, 10), 16));
        write(id, 18, 4, index);
        write(id, 22, 4, Long.parseLong(digest.substring(0, 5), 16));
        return new String(id);
    }

    /// The id of what is named by `name` and happened at this time, the same one each time.
    public static String at(Instant time, String name) {
        var digest = Digest.of(name.getBytes(StandardCharsets.UTF_8)).hex();
        var id = new char[CHARS];
        write(id, 0, 10, time.toEpochMilli());
        write(id, 10, 8, Long.parseLong(digest.substring(0, 10), 16));
        write(id, 18, 8, Long.parseLong(digest.substring(10, 20), 16));
        return new String(id);
    }

    private static long read(String id, int from, int digits) {
        long bits = 0;
        for (int i = from; i < from + digits; i++)
            bits = bits << 5 | ALPHABET.indexOf(id.charAt(i));
        return bits;
    }

    private static void write(char[] to, int from, int digits, long bits) {
        for (int i = 0; i < digits; i++)
            to[from + i] = ALPHABET.charAt((int) (bits >>> (5 * (digits - 1 - i))) & 31);
    }
}
