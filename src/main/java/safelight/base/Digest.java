package safelight.base;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A SHA-256 (FIPS 180-4) as 64 lowercase hexadecimal digits: the name of a blob, and the stored
/// form of every secret.
public record Digest(String hex) {
    private static final int DIGITS = 64;

    /// Refuses other shapes with an IllegalArgumentException.
    public Digest {
        if (!isDigest(hex)) throw new IllegalArgumentException("not a SHA-256 in hex: " + hex);
    }

    /// The digest of these bytes.
    public static Digest of(byte[] bytes) {
        return ofHash(sha256().digest(bytes));
    }

    /// The digest that a finished {@link #sha256()} computed.
    public static Digest finish(MessageDigest sha256) {
        return ofHash(sha256.digest());
    }

    /// A fresh SHA-256 computation; not thread-safe.
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    // By hand: every request makes one or two of these, and a pattern takes ten times as long.
    private static boolean isDigest(String text) {
        if (text.length() != DIGITS) return false;
        for (int i = 0; i < DIGITS; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) return false;
        }
        return true;
    }

    private static Digest ofHash(byte[] hash) {
        return new Digest(HexFormat.of().formatHex(hash));
    }

    @Override
    public String toString() {
        return hex;
    }
}
