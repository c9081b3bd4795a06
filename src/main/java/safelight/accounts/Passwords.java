package safelight.accounts;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// Password hashes by Argon2id (RFC 9106) from Bouncy Castle, with OWASP's parameters: 19 MiB, two
/// passes, one lane. Stored as PHC strings, so that the parameters may change later. Thread-safe;
/// at most a few hashes are computed at a time, since each takes memory and a core.
final class Passwords {
    private static final int MEMORY_KIB = 19 << 10;
    private static final int PASSES = 2;
    private static final int LANES = 1;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int AT_ONCE = 2;
    private static final Duration WAIT_MOST = Duration.ofSeconds(10);
    private static final Pattern PHC =
            Pattern.compile(
                    "\\$argon2id\\$v=19\\$m=(\\d+),t=(\\d+),p=(\\d+)"
                            + "\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");

    private final SecureRandom random;
    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    Passwords(SecureRandom random) {
        this.random = random;
    }

    /// A PHC string with a new salt.
    String hash(String password) {
        var salt = bytes(SALT_BYTES);
        return phc(salt, compute(password, salt, MEMORY_KIB, PASSES, LANES));
    }

    /// A PHC string that no password made: comparing with it costs as much as with a real one.
    String decoy() {
        return phc(bytes(SALT_BYTES), bytes(HASH_BYTES));
    }

    /// Whether this password made that PHC string; takes the same time either way.
    boolean matches(String password, String phc) {
        var parts = PHC.matcher(phc);
        if (!parts.matches()) throw new IllegalStateException("not a stored password hash");
        var salt = Base64.getDecoder().decode(parts.group(4));
        var hash =
                compute(
                        password,
                        salt,
                        Integer.parseInt(parts.group(1)),
                        Integer.parseInt(parts.group(2)),
                        Integer.parseInt(parts.group(3)));
        return MessageDigest.isEqual(hash, Base64.getDecoder().decode(parts.group(5)));
    }

    private byte[] bytes(int count) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String phc(byte[] salt, byte[] hash) {
        var base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
                .formatted(
                        MEMORY_KIB,
                        PASSES,
                        LANES,
                        base64.encodeToString(salt),
                        base64.encodeToString(hash));
    }

    private void takeTurn() {
        try {
            if (turns.tryAcquire(WAIT_MOST.toMillis(), TimeUnit.MILLISECONDS)) return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new AccountFailure.Busy();
    }

    private byte[] compute(String password, byte[] salt, int memoryKib, int passes, int lanes) {
        var argon2 = new Argon2BytesGenerator();
        argon2.init(
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                        .withMemoryAsKB(memoryKib)
                        .withIterations(passes)
                        .withParallelism(lanes)
                        .withSalt(salt)
                        .build());
        var hash = new byte[HASH_BYTES];
        takeTurn();
        try {
            argon2.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
        } finally {
            turns.release();
        }
        return hash;
    }
}
