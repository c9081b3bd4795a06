package safelight.accounts;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.base.Problem;
import safelight.base.TokenId;
import safelight.base.Ulids;
import safelight.catalog.Account;
import safelight.catalog.AccountRows;
import safelight.catalog.Token;

/// Bearer tokens for programs. A secret is shown once; storage has its SHA-256. Keeps nothing
/// itself; thread-safe.
public final class Tokens {
    /// How every secret begins, so that scanners of leaked secrets know it.
    public static final String PREFIX = "slt_";

    private static final int SECRET_BYTES = 32;
    private static final int NAME_MAX = 100;
    private static final int TOKENS_MAX = 100;
    private static final Duration TOUCH_EVERY = Duration.ofSeconds(60);

    private final AccountRows rows;
    private final Clock clock;
    private final SecureRandom random;
    private final Ulids ids;

    /// Wires it to its storage.
    public Tokens(AccountRows rows, Clock clock, SecureRandom random) {
        this.rows = rows;
        this.clock = clock;
        this.random = random;
        this.ids = new Ulids(clock, random);
    }

    /// A new token and its secret.
    public record Issued(Token token, String secret) {}

    /// Issues a token.
    ///
    /// @throws AccountFailure.Unfit if the name is empty or too long
    /// @throws AccountFailure.TooManyTokens if the account has as many as it may have
    public Issued issue(AccountId account, String name) {
        if (name.isBlank() || name.length() > NAME_MAX)
            throw new AccountFailure.Unfit(
                    List.of(
                            new Problem.Fault(
                                    "/name",
                                    "A token's name has 1 to " + NAME_MAX + " characters.")));
        if (rows.tokens(account).size() >= TOKENS_MAX)
            throw new AccountFailure.TooManyTokens(TOKENS_MAX);
        var bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        var secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        var token =
                new Token(
                        new TokenId(ids.next()),
                        account,
                        name.strip(),
                        digest(secret),
                        clock.instant(),
                        Optional.empty());
        rows.addToken(token);
        return new Issued(token, secret);
    }

    /// The account's tokens, newest first.
    public List<Token> list(AccountId account) {
        return rows.tokens(account);
    }

    /// Revokes a token at once.
    ///
    /// @throws AccountFailure.NoSuchToken if the account has no such token
    public void revoke(AccountId account, TokenId id) {
        if (!rows.removeToken(account, id)) throw new AccountFailure.NoSuchToken();
    }

    /// Whose token this secret is; notes the use now and then.
    public Optional<Account> recognize(String secret) {
        if (!secret.startsWith(PREFIX)) return Optional.empty();
        var token = rows.findToken(digest(secret));
        if (token.isEmpty()) return Optional.empty();
        var now = clock.instant();
        if (token.get().used().map(u -> u.plus(TOUCH_EVERY).isBefore(now)).orElse(true))
            rows.touchToken(token.get().id(), now);
        return rows.find(token.get().account());
    }

    private static Digest digest(String secret) {
        return Digest.of(secret.getBytes(StandardCharsets.UTF_8));
    }
}
