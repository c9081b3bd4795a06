package safelight.accounts;

import java.time.Duration;
import java.util.List;
import safelight.base.Failure;
import safelight.base.Problem;

/// Why somebody could not sign up, sign in, or be recognized.
public abstract sealed class AccountFailure extends Failure {
    private static final long serialVersionUID = 1L;

    private AccountFailure(Problem problem) {
        super(problem);
    }

    /// The e-mail already has an account.
    public static final class EmailTaken extends AccountFailure {
        private static final long serialVersionUID = 1L;

        EmailTaken() {
            super(
                    Problem.of(
                            "SL-ACCOUNT-01",
                            409,
                            "This e-mail has an account",
                            "There is an account with this e-mail already. Sign in instead."));
        }
    }

    /// The e-mail, password or name cannot be used; the faults say which and why.
    public static final class Unfit extends AccountFailure {
        private static final long serialVersionUID = 1L;

        Unfit(List<Problem.Fault> faults) {
            super(
                    Problem.of(
                                    "SL-ACCOUNT-02",
                                    422,
                                    "This cannot be used",
                                    faults.getFirst().detail())
                            .at(faults));
        }
    }

    /// E-mail and password do not belong together; which of them is wrong is not said.
    public static final class WrongCredentials extends AccountFailure {
        private static final long serialVersionUID = 1L;

        WrongCredentials() {
            super(
                    Problem.of(
                            "SL-SESSION-01",
                            401,
                            "Not signed in",
                            "E-mail and password do not match an account."));
        }
    }

    /// Somebody who is signed in did not know the password.
    public static final class WrongPassword extends AccountFailure {
        private static final long serialVersionUID = 1L;

        WrongPassword() {
            super(
                    Problem.of(
                            "SL-ACCOUNT-06",
                            403,
                            "Wrong password",
                            "The current password is another one. Nothing was changed."));
        }
    }

    /// Too many tries from one address or for one e-mail.
    public static final class TooManyTries extends AccountFailure {
        private static final long serialVersionUID = 1L;

        TooManyTries(Duration wait) {
            super(
                    Problem.of(
                                    "SL-SESSION-02",
                                    429,
                                    "Too many tries",
                                    "Too many sign-ins were tried. Wait %d seconds and try again."
                                            .formatted(wait.plusMillis(999).toSeconds()))
                            .after(wait));
        }
    }

    /// No session or token, or one that is unknown or over.
    public static final class NotSignedIn extends AccountFailure {
        private static final long serialVersionUID = 1L;

        /// For a request that needs an account and shows none.
        public NotSignedIn() {
            super(
                    Problem.of(
                            "SL-SESSION-04",
                            401,
                            "Not signed in",
                            "Sign in first, or send a token as 'Authorization: Bearer ...'."));
        }
    }

    /// There is no such token, or it is another account's.
    public static final class NoSuchToken extends AccountFailure {
        private static final long serialVersionUID = 1L;

        /// For an id that names nothing the account may see.
        public NoSuchToken() {
            super(Problem.of("SL-ACCOUNT-03", 404, "No such token", "There is no such token."));
        }
    }

    /// The account has as many tokens as it may have.
    public static final class TooManyTokens extends AccountFailure {
        private static final long serialVersionUID = 1L;

        TooManyTokens(int most) {
            super(
                    Problem.of(
                            "SL-ACCOUNT-04",
                            409,
                            "Too many tokens",
                            "An account has at most %d tokens. Remove one first.".formatted(most)));
        }
    }

    /// Too many passwords are being checked at this moment.
    public static final class Busy extends AccountFailure {
        private static final long serialVersionUID = 1L;

        Busy() {
            super(
                    Problem.passing(
                            "SL-ACCOUNT-05",
                            503,
                            "Too many sign-ins",
                            "Too many people are signing in at this moment. Try again soon."));
        }
    }
}
