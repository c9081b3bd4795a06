package safelight.catalog.sql;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.base.Page;
import safelight.base.TokenId;
import safelight.catalog.Account;
import safelight.catalog.AccountRows;
import safelight.catalog.Token;
import safelight.sql.Access;
import safelight.sql.Database;
import safelight.sql.Row;

/// Accounts and tokens in SQL.
public final class SqlAccounts implements AccountRows {
    private static final int TOKENS_MAX = 10_000;
    private static final String BY_ID = "SELECT * FROM account WHERE id = ?";
    private static final String BY_EMAIL = "SELECT * FROM account WHERE email = ?";

    private final Access rows;

    /// In this database.
    public SqlAccounts(Database database) {
        this.rows = database.in(CatalogWording.WORDS);
    }

    @Override
    public Optional<Account> add(Account account) {
        return rows.write(
                "add an account",
                // Of two at once, each would see no account before its own.
                "accounts",
                statements -> {
                    int added =
                            statements.update(
                                    """
                                    INSERT INTO account (id, email, name, password_hash, avatar,
                                        epoch, created_at, administrator)
                                    VALUES (?, ?, ?, ?, ?, ?, ?,
                                        CASE WHEN EXISTS (SELECT 1 FROM account) THEN 0 ELSE 1 END)
                                    ON CONFLICT (email) DO NOTHING\
                                    """,
                                    account.id(),
                                    lower(account.email()),
                                    account.name(),
                                    account.passwordHash(),
                                    account.avatar(),
                                    account.epoch(),
                                    account.created());
                    if (added == 0) return Optional.empty();
                    return statements.one(BY_ID, SqlAccounts::account, account.id());
                });
    }

    @Override
    public Optional<Account> find(AccountId id) {
        return rows.read("find account " + id, s -> s.one(BY_ID, SqlAccounts::account, id));
    }

    @Override
    public Optional<Account> findByEmail(String email) {
        return rows.read(
                "find an account", s -> s.one(BY_EMAIL, SqlAccounts::account, lower(email)));
    }

    @Override
    public Page<Account> list(Page.Request page) {
        var above = Cursor.above(page.cursor());
        var found =
                rows.read(
                        "list accounts",
                        s ->
                                s.all(
                                        "SELECT * FROM account WHERE id > ? ORDER BY id LIMIT ?",
                                        SqlAccounts::account,
                                        above,
                                        page.limit() + 1));
        return Page.cut(found, page.limit(), account -> Cursor.after(account.id().value()));
    }

    @Override
    public void restore(Account account) {
        rows.write(
                "restore account " + account.id(),
                s ->
                        s.update(
                                """
                                INSERT INTO account (id, email, name, password_hash, avatar, epoch,
                                    created_at, administrator)
                                VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING\
                                """,
                                account.id(),
                                lower(account.email()),
                                account.name(),
                                account.passwordHash(),
                                account.avatar(),
                                account.epoch(),
                                account.created(),
                                account.administrator()));
    }

    @Override
    public void setAvatar(AccountId id, Digest avatar) {
        rows.write(
                "set the picture of account " + id,
                s -> s.update("UPDATE account SET avatar = ? WHERE id = ?", avatar, id));
    }

    @Override
    public long raiseEpoch(AccountId id) {
        return rows.write(
                        "raise the epoch of account " + id,
                        s ->
                                s.one(
                                        "UPDATE account SET epoch = epoch + 1 WHERE id = ?"
                                                + " RETURNING epoch",
                                        row -> row.number("epoch"),
                                        id))
                .orElseThrow(() -> new IllegalStateException("no account " + id));
    }

    @Override
    public Optional<Long> setPassword(AccountId id, String hash, long epoch) {
        return rows.write(
                "set the password of account " + id,
                s ->
                        s.one(
                                "UPDATE account SET password_hash = ?, epoch = epoch + 1"
                                        + " WHERE id = ? AND epoch = ? RETURNING epoch",
                                row -> row.number("epoch"),
                                hash,
                                id,
                                epoch));
    }

    @Override
    public void addToken(Token token) {
        rows.write(
                "add token " + token.id(),
                s ->
                        s.update(
                                """
                                INSERT INTO token (id, account, name, secret, created_at, used_at)
                                VALUES (?, ?, ?, ?, ?, ?)\
                                """,
                                token.id(),
                                token.account(),
                                token.name(),
                                token.secret(),
                                token.created(),
                                token.used()));
    }

    @Override
    public List<Token> tokens(AccountId account) {
        return rows.read(
                "list the tokens of account " + account,
                s ->
                        s.all(
                                "SELECT * FROM token WHERE account = ? ORDER BY id DESC LIMIT ?",
                                SqlAccounts::token,
                                account,
                                TOKENS_MAX));
    }

    @Override
    public Optional<Token> findToken(Digest secret) {
        return rows.read(
                "find a token",
                s -> s.one("SELECT * FROM token WHERE secret = ?", SqlAccounts::token, secret));
    }

    @Override
    public void touchToken(TokenId id, Instant used) {
        rows.write(
                "note the use of token " + id,
                s ->
                        s.update(
                                "UPDATE token SET used_at = ?"
                                        + " WHERE id = ? AND (used_at IS NULL OR used_at < ?)",
                                used,
                                id,
                                used));
    }

    @Override
    public boolean removeToken(AccountId account, TokenId id) {
        return rows.write(
                "remove token " + id,
                s -> s.update("DELETE FROM token WHERE id = ? AND account = ?", id, account) > 0);
    }

    private static String lower(String email) {
        return email.toLowerCase(Locale.ROOT);
    }

    private static Account account(Row row) throws SQLException {
        return new Account(
                new AccountId(row.text("id")),
                row.text("email"),
                row.text("name"),
                row.text("password_hash"),
                row.maybeText("avatar").map(Digest::new),
                row.number("epoch"),
                row.flag("administrator"),
                row.instant("created_at"));
    }

    private static Token token(Row row) throws SQLException {
        return new Token(
                new TokenId(row.text("id")),
                new AccountId(row.text("account")),
                row.text("name"),
                new Digest(row.text("secret")),
                row.instant("created_at"),
                row.maybeInstant("used_at"));
    }
}
