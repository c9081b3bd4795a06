package safelight.web;

import java.util.Optional;
import safelight.accounts.SignIn;
import safelight.catalog.Account;

/// Who sends a request: an account, by a session or by a token.
record Who(Account account, Optional<SignIn> session) {}
