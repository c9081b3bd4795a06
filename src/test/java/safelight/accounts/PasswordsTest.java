package safelight.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class PasswordsTest {
    private final Passwords passwords = new Passwords(new SecureRandom());

    @Test
    void passwordMatchesItsOwnHashAlone() {
        var hash = passwords.hash("correct horse battery");

        assertThat(passwords.matches("correct horse battery", hash)).isTrue();
        assertThat(passwords.matches("correct horse batterz", hash)).isFalse();
    }

    @Test
    void equalPasswordsHaveDifferentHashes() {
        assertThat(passwords.hash("correct horse")).isNotEqualTo(passwords.hash("correct horse"));
    }

    @Test
    void hashSaysHowItWasMade() {
        assertThat(passwords.hash("correct horse")).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
    }

    @Test
    void decoyLooksLikeAHashAndMatchesNothing() {
        var decoy = passwords.decoy();

        assertThat(decoy).startsWith("$argon2id$v=19$m=19456,t=2,p=1$").hasSize(97);
        assertThat(passwords.matches("correct horse", decoy)).isFalse();
    }
}
