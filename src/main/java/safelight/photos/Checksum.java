package safelight.photos;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/// What a client says its bytes hash to; `hash` is in Base64.
public record Checksum(Kind kind, String hash) {
    /// How it was computed. MD5 and SHA-1 find what a line does to bytes; blobs have SHA-256.
    public enum Kind {
        SHA1("SHA-1"),
        SHA256("SHA-256"),
        MD5("MD5");

        private final String algorithm;

        Kind(String algorithm) {
            this.algorithm = algorithm;
        }

        /// The one of this name, in any case.
        public static Optional<Kind> byName(String name) {
            return Arrays.stream(values()).filter(k -> k.name().equalsIgnoreCase(name)).findFirst();
        }
    }

    MessageDigest computation() {
        try {
            return MessageDigest.getInstance(kind.algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + kind.algorithm, e);
        }
    }
}
