package safelight.webhooks;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import safelight.catalog.WebhookSecret;

/// Secrets and signatures as the Standard Webhooks specification has them (version 1.0.0).
final class Signing {
    /// So long both signatures are sent after a secret was replaced.
    static final Duration OVERLAP = Duration.ofDays(1);

    private static final String PREFIX = "whsec_";
    private static final int SECRET_BYTES = 32;
    private static final String HMAC = "HmacSHA256";

    private Signing() {}

    static String newSecret(RandomGenerator random) {
        var bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return PREFIX + Base64.getEncoder().encodeToString(bytes);
    }

    /// The one that was replaced, as long as it is in force.
    static Optional<String> previous(WebhookSecret secret, Instant now) {
        return secret.previous().filter(_ -> now.isBefore(secret.since().plus(OVERLAP)));
    }

    /// The `webhook-signature` header: one signature for each secret in force.
    static String signatures(WebhookSecret secret, String id, Instant now, byte[] body) {
        return Stream.of(Optional.of(secret.current()), previous(secret, now))
                .flatMap(Optional::stream)
                .map(each -> "v1," + signature(each, id, now, body))
                .collect(Collectors.joining(" "));
    }

    private static String signature(String secret, String id, Instant now, byte[] body) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key(secret), HMAC));
            var head = List.of(id, String.valueOf(now.getEpochSecond()), "");
            mac.update(String.join(".", head).getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + HMAC, e);
        }
    }

    private static byte[] key(String secret) {
        return Base64.getDecoder().decode(secret.substring(PREFIX.length()));
    }
}
