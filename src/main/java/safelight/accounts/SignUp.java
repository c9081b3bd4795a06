package safelight.accounts;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import safelight.base.Problem;

/// What somebody gives to get an account. The rules follow NIST SP 800-63B: length counts, known
/// common passwords are refused, nothing else is asked of a password.
public record SignUp(String email, String password, String name) {
    private static final int EMAIL_MAX = 254;
    private static final int NAME_MAX = 100;
    private static final int PASSWORD_LEAST = 8;
    private static final int PASSWORD_MAX = 256;
    private static final Pattern EMAIL = Pattern.compile("[^@\\s,;<>\"]+@[^@\\s,;<>\"]+");
    private static final Set<String> COMMON =
            Set.of(
                    "password",
                    "password1",
                    "password12",
                    "password123",
                    "passw0rd",
                    "12345678",
                    "123456789",
                    "1234567890",
                    "87654321",
                    "11111111",
                    "00000000",
                    "12341234",
                    "qwertyui",
                    "qwertyuiop",
                    "qwerty123",
                    "qwerty1234",
                    "1q2w3e4r",
                    "1qaz2wsx",
                    "abcd1234",
                    "abc12345",
                    "asdfasdf",
                    "asdfghjkl",
                    "iloveyou",
                    "sunshine",
                    "princess",
                    "football",
                    "baseball",
                    "superman",
                    "trustno1",
                    "letmein1",
                    "welcome1",
                    "welcome123",
                    "admin123",
                    "administrator",
                    "changeme",
                    "changeme1",
                    "whatever",
                    "starwars",
                    "michelle",
                    "jennifer",
                    "computer",
                    "internet",
                    "zaq12wsx",
                    "q1w2e3r4",
                    "a1b2c3d4",
                    "aaaaaaaa",
                    "test1234",
                    "testtest");

    /// The e-mail as it is stored and compared.
    String canonicalEmail() {
        return email.strip().toLowerCase(Locale.ROOT);
    }

    /// The name as it is stored; the e-mail's first part if none was given.
    String shownName() {
        var given = name.strip();
        return given.isEmpty() ? canonicalEmail().split("@", -1)[0] : given;
    }

    /// Everything that is wrong, as pointers into the body.
    List<Problem.Fault> faults() {
        var faults = new ArrayList<Problem.Fault>();
        var address = canonicalEmail();
        if (address.length() > EMAIL_MAX || !EMAIL.matcher(address).matches())
            faults.add(new Problem.Fault("/email", "This is no e-mail address."));
        if (name.length() > NAME_MAX || name.chars().anyMatch(Character::isISOControl))
            faults.add(
                    new Problem.Fault(
                            "/name", "A name is one line of at most " + NAME_MAX + " characters."));
        passwordFault(password, address)
                .ifPresent(f -> faults.add(new Problem.Fault("/password", f)));
        return faults;
    }

    /// What is wrong with a password that the account of this e-mail is to have.
    static Optional<String> passwordFault(String password, String address) {
        if (password.length() < PASSWORD_LEAST)
            return Optional.of("The password needs at least " + PASSWORD_LEAST + " characters.");
        if (password.length() > PASSWORD_MAX)
            return Optional.of("The password has more than " + PASSWORD_MAX + " characters.");
        var lower = password.toLowerCase(Locale.ROOT);
        if (COMMON.contains(lower) || lower.equals(address) || lower.chars().distinct().count() < 3)
            return Optional.of("This password is too easy to guess.");
        return Optional.empty();
    }
}
