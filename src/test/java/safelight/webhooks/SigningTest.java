package safelight.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import safelight.catalog.WebhookSecret;

/// Signatures, against one that was computed with `openssl dgst -sha256 -mac HMAC`.
class SigningTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final Instant AT = Instant.ofEpochSecond(1_614_265_330);
    private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);
    private static final String SIGNED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    @Test
    void signatureIsTheOneThatOthersCompute() {
        var secret = new WebhookSecret(SECRET, Optional.empty(), AT);

        assertThat(Signing.signatures(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", AT, BODY))
                .isEqualTo(SIGNED);
    }

    @Test
    void replacedSecretSignsForADayBesideTheNewOne() {
        var next = Signing.newSecret(new SecureRandom());
        var secret = new WebhookSecret(next, Optional.of(SECRET), AT);
        var id = "msg_p5jXN8AQM9LWM0D4loKWxJek";

        assertThat(Signing.signatures(secret, id, AT, BODY).split(" ")).hasSize(2).contains(SIGNED);
        assertThat(Signing.signatures(secret, id, AT.plus(Duration.ofHours(23)), BODY).split(" "))
                .hasSize(2);
        assertThat(Signing.signatures(secret, id, AT.plus(Duration.ofHours(24)), BODY).split(" "))
                .hasSize(1);
    }

    @Test
    void secretsAreLongAndNotAlike() {
        var random = new SecureRandom();
        var secret = Signing.newSecret(random);

        assertThat(secret).startsWith("whsec_");
        assertThat(Base64.getDecoder().decode(secret.substring(6))).hasSize(32);
        assertThat(Signing.newSecret(random)).isNotEqualTo(secret);
    }
}
