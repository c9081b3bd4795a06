package safelight.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.base.Page;
import safelight.base.TokenId;

/// The catalog's accounts and tokens. Thread-safe; every write is durable when its method returns;
/// every method throws {@link CatalogUnavailable} if storage does not answer.
public interface AccountRows {
    /// Adds an account, as administrator if it is the first of all; empty if the e-mail is taken.
    /// What `account.administrator()` says is not looked at.
    Optional<Account> add(Account account);

    /// The account of this id.
    Optional<Account> find(AccountId id);

    /// The account of this e-mail, compared in lower case.
    Optional<Account> findByEmail(String email);

    /// All accounts, each once, in an order that the engine chooses; SQL engines by id.
    Page<Account> list(Page.Request page);

    /// Adds an account of another installation as it is, with its administrator flag, epoch and
    /// profile picture. If its id or e-mail is there already, nothing changes.
    void restore(Account account);

    /// Replaces the profile picture.
    void setAvatar(AccountId id, Digest avatar);

    /// Raises the epoch by one, which ends every session of a lower one; returns the new one.
    long raiseEpoch(AccountId id);

    /// Replaces the password's hash and raises the epoch by one, in one step, if the epoch still is
    /// `epoch`: no session is ever in force that the old password began, and who was signed out
    /// meanwhile changes nothing. Returns the new epoch; empty if it had been raised.
    Optional<Long> setPassword(AccountId id, String hash, long epoch);

    /// Adds a token.
    void addToken(Token token);

    /// The account's tokens, newest first.
    List<Token> tokens(AccountId account);

    /// The token with this secret's digest.
    Optional<Token> findToken(Digest secret);

    /// Notes when a token was last used.
    void touchToken(TokenId id, Instant used);

    /// Removes a token of this account; false if there is none.
    boolean removeToken(AccountId account, TokenId id);
}
