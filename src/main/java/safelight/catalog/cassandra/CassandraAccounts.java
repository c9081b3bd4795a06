package safelight.catalog.cassandra;

import java.time.Instant;
import java.util.ArrayList;
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
import safelight.cql.Access;
import safelight.cql.Change;
import safelight.cql.CqlCluster;
import safelight.cql.Row;
import safelight.cql.Statements;

/// Accounts and tokens in Cassandra. An account's row is written before its e-mail is taken by one
/// condition, so a crash between leaves a row that nobody can reach, and never an e-mail without an
/// account. Who is administrator is a condition too; should a crash keep that out of the account's
/// row, its next sign-in mends it. Both conditions are agreed on by all data centers, so that no
/// e-mail ever has two accounts: while they cannot reach each other, a side that has no majority of
/// all copies signs nobody up.
public final class CassandraAccounts implements AccountRows {
    private static final int TOKENS_MAX = 10_000;
    private static final int RACES_MAX = 50;
    private static final String ADMINISTRATOR = "administrator";
    private static final String BY_ID = "SELECT * FROM account WHERE id = ?";

    private final Access rows;

    /// In this cluster.
    public CassandraAccounts(CqlCluster cluster) {
        this.rows = cluster.in(CatalogWording.WORDS);
    }

    @Override
    public Optional<Account> add(Account account) {
        return rows.run("add an account", s -> add(s, account));
    }

    private static Optional<Account> add(Statements statements, Account account) {
        write(statements, account);
        if (!takesEmail(statements, account)) {
            statements.change("DELETE FROM account WHERE id = ?", account.id());
            return Optional.empty();
        }
        if (administrator(statements).isEmpty() && becomesAdministrator(statements, account.id()))
            noteAdministrator(statements, account.id());
        return find(statements, account.id());
    }

    private static void write(Statements statements, Account account) {
        statements.change(
                """
                INSERT INTO account (id, email, name, password_hash, avatar, epoch, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP 1\
                """,
                account.id(),
                lower(account.email()),
                account.name(),
                account.passwordHash(),
                account.avatar(),
                account.epoch(),
                account.created());
    }

    /// In the order of the ring of tokens, which means nothing.
    @Override
    public Page<Account> list(Page.Request page) {
        var after = page.cursor().map(cursor -> Cursor.below(Optional.of(cursor)));
        var found = rows.run("list accounts", s -> listed(s, after, page.limit()));
        return Page.cut(found, page.limit(), account -> Cursor.after(account.id().value()));
    }

    private static List<Account> listed(Statements statements, Optional<String> top, int limit) {
        var listed = new ArrayList<Account>();
        var after = top;
        while (true) {
            var ids = ids(statements, after, limit + 1);
            for (var id : ids)
                find(statements, new AccountId(id))
                        .filter(account -> hasEmail(statements, account))
                        .ifPresent(listed::add);
            if (listed.size() > limit || ids.size() <= limit) return listed;
            after = Optional.of(ids.getLast());
        }
    }

    private static List<String> ids(Statements statements, Optional<String> after, int most) {
        if (after.isEmpty())
            return statements.all("SELECT id FROM account LIMIT ?", row -> row.text("id"), most);
        return statements.all(
                "SELECT id FROM account WHERE token(id) > token(?) LIMIT ?",
                row -> row.text("id"),
                after.get(),
                most);
    }

    /// Whether it has the e-mail now. It may have had it before: a try whose outcome was not known
    /// can still be carried out, and the next one finds its own row.
    private static boolean takesEmail(Statements statements, Account account) {
        return statements.appliedEverywhere(
                        "INSERT INTO account_email (email, account) VALUES (?, ?) IF NOT EXISTS",
                        lower(account.email()),
                        account.id())
                || hasEmail(statements, account);
    }

    /// Not so what a crash left before it took an e-mail.
    private static boolean hasEmail(Statements statements, Account account) {
        return ownerOf(statements, account.email()).equals(Optional.of(account.id()));
    }

    @Override
    public void restore(Account account) {
        rows.write("restore account " + account.id(), s -> restore(s, account));
    }

    private static void restore(Statements statements, Account account) {
        if (find(statements, account.id()).isPresent()) return;
        if (!takesEmail(statements, account)) return;
        write(statements, account);
        account.avatar().ifPresent(avatar -> Avatars.set(statements, account.id(), avatar));
        if (!account.administrator()) return;
        var _ = becomesAdministrator(statements, account.id());
        noteAdministrator(statements, account.id());
    }

    private static Optional<AccountId> ownerOf(Statements statements, String email) {
        return statements.one(
                "SELECT account FROM account_email WHERE email = ?",
                row -> new AccountId(row.text("account")),
                lower(email));
    }

    private static Optional<String> administrator(Statements statements) {
        return statements.one(
                "SELECT value FROM singleton WHERE name = ?",
                row -> row.text("value"),
                ADMINISTRATOR);
    }

    private static boolean becomesAdministrator(Statements statements, AccountId id) {
        return statements.appliedEverywhere(
                "INSERT INTO singleton (name, value) VALUES (?, ?) IF NOT EXISTS",
                ADMINISTRATOR,
                id);
    }

    private static void noteAdministrator(Statements statements, AccountId id) {
        statements.change("UPDATE account SET administrator = true WHERE id = ?", id);
    }

    @Override
    public Optional<Account> find(AccountId id) {
        return rows.run("find account " + id, s -> find(s, id));
    }

    private static Optional<Account> find(Statements statements, AccountId id) {
        return statements.one(BY_ID, CassandraAccounts::account, id).flatMap(found -> found);
    }

    @Override
    public Optional<Account> findByEmail(String email) {
        return rows.run(
                "find an account",
                s -> {
                    var found = ownerOf(s, email).flatMap(id -> find(s, id));
                    return found.map(account -> mended(s, account));
                });
    }

    private static Account mended(Statements statements, Account account) {
        if (account.administrator()) return account;
        if (!administrator(statements).equals(Optional.of(account.id().value()))) return account;
        noteAdministrator(statements, account.id());
        return find(statements, account.id()).orElse(account);
    }

    @Override
    public void setAvatar(AccountId id, Digest avatar) {
        rows.write("set the picture of account " + id, s -> Avatars.set(s, id, avatar));
    }

    @Override
    public long raiseEpoch(AccountId id) {
        return rows.run("raise the epoch of account " + id, s -> raise(s, id));
    }

    private static long raise(Statements statements, AccountId id) {
        for (int i = 0; i < RACES_MAX; i++) {
            var account =
                    find(statements, id)
                            .orElseThrow(() -> new IllegalStateException("no account " + id));
            if (raise(statements, id, account.passwordHash(), account.epoch()))
                return account.epoch() + 1;
        }
        throw new IllegalStateException("the epoch of account " + id + " changed too often");
    }

    private static boolean raise(Statements statements, AccountId id, String hash, long epoch) {
        return statements.applied(
                "UPDATE account SET epoch = ?, password_hash = ? WHERE id = ? IF epoch = ?",
                epoch + 1,
                hash,
                id,
                epoch);
    }

    @Override
    public Optional<Long> setPassword(AccountId id, String hash, long epoch) {
        boolean isDone =
                rows.run("set the password of account " + id, s -> raise(s, id, hash, epoch));
        return isDone ? Optional.of(epoch + 1) : Optional.empty();
    }

    @Override
    public void addToken(Token token) {
        rows.write(
                "add token " + token.id(),
                s ->
                        s.all(
                                List.of(
                                        Change.of(
                                                """
                                                INSERT INTO api_token (secret, id, account, name,
                                                    created_at, used_at)
                                                VALUES (?, ?, ?, ?, ?, ?) USING TIMESTAMP 1\
                                                """,
                                                token.secret(),
                                                token.id(),
                                                token.account(),
                                                token.name(),
                                                token.created(),
                                                token.used()),
                                        Change.of(
                                                """
                                                INSERT INTO api_token_of_account (account, id,
                                                    secret)
                                                VALUES (?, ?, ?) USING TIMESTAMP 1\
                                                """,
                                                token.account(),
                                                token.id(),
                                                token.secret()),
                                        Change.of(
                                                """
                                                INSERT INTO api_token_secret (id, secret)
                                                VALUES (?, ?) USING TIMESTAMP 1\
                                                """,
                                                token.id(),
                                                token.secret()))));
    }

    @Override
    public List<Token> tokens(AccountId account) {
        return rows.run(
                "list the tokens of account " + account,
                s -> {
                    var secrets =
                            s.all(
                                    "SELECT secret FROM api_token_of_account WHERE account = ?"
                                            + " LIMIT ?",
                                    row -> row.text("secret"),
                                    account,
                                    TOKENS_MAX);
                    return s
                            .ones(
                                    secrets.stream().map(CassandraAccounts::bySecret).toList(),
                                    CassandraAccounts::token)
                            .stream()
                            .flatMap(Optional::stream)
                            .flatMap(Optional::stream)
                            .toList();
                });
    }

    private static Change bySecret(String secret) {
        return Change.of("SELECT * FROM api_token WHERE secret = ?", secret);
    }

    @Override
    public Optional<Token> findToken(Digest secret) {
        return rows.run(
                "find a token",
                s ->
                        s.one(
                                        "SELECT * FROM api_token WHERE secret = ?",
                                        CassandraAccounts::token,
                                        secret)
                                .flatMap(found -> found));
    }

    /// The write timestamp is the time itself, so it never moves back.
    @Override
    public void touchToken(TokenId id, Instant used) {
        rows.write(
                "note the use of token " + id,
                s ->
                        secret(s, id)
                                .ifPresent(secret ->
                                        s.change(
                                                "UPDATE api_token USING TIMESTAMP ?"
                                                        + " SET used_at = ? WHERE secret ="
                                                        + " ?",
                                                Statements.micros(used),
                                                used,
                                                secret)));
    }

    private static Optional<String> secret(Statements statements, TokenId id) {
        return statements.one(
                "SELECT secret FROM api_token_secret WHERE id = ?", row -> row.text("secret"), id);
    }

    @Override
    public boolean removeToken(AccountId account, TokenId id) {
        return rows.run("remove token " + id, s -> removeToken(s, account, id));
    }

    private static boolean removeToken(Statements statements, AccountId account, TokenId id) {
        var secret =
                statements.one(
                        "SELECT secret FROM api_token_of_account WHERE account = ? AND id = ?",
                        row -> row.text("secret"),
                        account,
                        id);
        if (secret.isEmpty()) return false;
        statements.all(
                List.of(
                        Change.of("DELETE FROM api_token WHERE secret = ?", secret.get()),
                        Change.of("DELETE FROM api_token_secret WHERE id = ?", id),
                        Change.of(
                                "DELETE FROM api_token_of_account WHERE account = ? AND id = ?",
                                account,
                                id)));
        return true;
    }

    private static String lower(String email) {
        return email.toLowerCase(Locale.ROOT);
    }

    private static Optional<Account> account(Row row) {
        if (!row.has("email")) return Optional.empty();
        return Optional.of(
                new Account(
                        new AccountId(row.text("id")),
                        row.text("email"),
                        row.text("name"),
                        row.text("password_hash"),
                        row.maybeText("avatar").map(Digest::new),
                        row.number("epoch"),
                        row.flag(ADMINISTRATOR),
                        row.instant("created_at")));
    }

    private static Optional<Token> token(Row row) {
        if (!row.has("account")) return Optional.empty();
        return Optional.of(
                new Token(
                        new TokenId(row.text("id")),
                        new AccountId(row.text("account")),
                        row.text("name"),
                        new Digest(row.text("secret")),
                        row.instant("created_at"),
                        row.maybeInstant("used_at")));
    }
}
