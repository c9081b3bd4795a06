package safelight.accounts;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.base.Problem;
import safelight.base.Ulids;
import safelight.catalog.Account;
import safelight.catalog.AccountRows;
import safelight.sessions.Session;
import safelight.sessions.Sessions;

/// Sign-up, sign-in and who a cookie belongs to. Keeps nothing itself; thread-safe. Sessions follow
/// OWASP's session management rules: 256 random bits, of which storage has only the SHA-256; idle
/// and absolute limits on the server; a new secret at every sign-in.
public final class Accounts {
    private static final int SECRET_BYTES = 32;
    private static final int SECRET_CHARS = 43;
    private static final int AGENT_MAX = 200;

    /// A class room signs up from one address; a flood does not.
    private static final int SIGN_UPS_TIMES = 5;

    private final AccountRows rows;
    private final AccountCopies copies;
    private final Sessions sessions;
    private final SessionRules rules;
    private final Clock clock;
    private final SecureRandom random;
    private final Ulids ids;
    private final Passwords passwords;
    private final String decoy;

    /// Wires it to its storage.
    public Accounts(
            AccountRows rows,
            AccountCopies copies,
            Sessions sessions,
            SessionRules rules,
            Clock clock,
            SecureRandom random) {
        this.rows = rows;
        this.copies = copies;
        this.sessions = sessions;
        this.rules = rules;
        this.clock = clock;
        this.random = random;
        this.ids = new Ulids(clock, random);
        this.passwords = new Passwords(random);
        this.decoy = passwords.decoy();
    }

    /// Makes an account and signs it in. The first one of all is the administrator.
    ///
    /// @throws AccountFailure.Unfit if something cannot be used
    /// @throws AccountFailure.EmailTaken if there is such an account
    /// @throws AccountFailure.TooManyTries if too many came from this address
    public SignIn.Begun signUp(SignUp form, String address, String userAgent) {
        var faults = form.faults();
        if (!faults.isEmpty()) throw new AccountFailure.Unfit(faults);
        limit("sign-up:" + address, rules.triesPerAddress() * SIGN_UPS_TIMES);
        if (rows.findByEmail(form.canonicalEmail()).isPresent())
            throw new AccountFailure.EmailTaken();
        var account =
                new Account(
                        new AccountId(ids.next()),
                        form.canonicalEmail(),
                        form.shownName(),
                        passwords.hash(form.password()),
                        Optional.empty(),
                        0,
                        false,
                        clock.instant());
        return begin(rows.add(account).orElseThrow(AccountFailure.EmailTaken::new), userAgent);
    }

    /// Begins a session. `address` is the client's, for counting tries.
    ///
    /// @throws AccountFailure.TooManyTries before anything is compared
    /// @throws AccountFailure.WrongCredentials after as much work as for a right password
    public SignIn.Begun signIn(String email, String password, String address, String userAgent) {
        var canonical = email.strip().toLowerCase(Locale.ROOT);
        var emailKey = emailKey(canonical);
        limit("address:" + address, rules.triesPerAddress());
        limit(emailKey, rules.triesPerEmail());
        var account = rows.findByEmail(canonical);
        boolean right =
                passwords.matches(password, account.map(Account::passwordHash).orElse(decoy));
        if (!right || account.isEmpty()) throw new AccountFailure.WrongCredentials();
        sessions.forgive(emailKey);
        return begin(account.get(), userAgent);
    }

    /// Changes the password of somebody who is signed in, as `asked`. Every session of the account
    /// ends, everywhere, at once; a new one begins here. Tokens stay.
    ///
    /// @throws AccountFailure.Unfit if the new password cannot be used
    /// @throws AccountFailure.TooManyTries before anything is compared
    /// @throws AccountFailure.WrongPassword if `current` is not the password, which counts as a try
    /// @throws AccountFailure.NotSignedIn if all sessions were ended meanwhile
    public SignIn.Begun changePassword(
            Account asked, String current, String next, String address, String userAgent) {
        SignUp.passwordFault(next, asked.email())
                .ifPresent(fault -> {
                    throw new AccountFailure.Unfit(List.of(new Problem.Fault("/new", fault)));
                });
        var emailKey = emailKey(asked.email());
        limit("address:" + address, rules.triesPerAddress());
        limit(emailKey, rules.triesPerEmail());
        // Who asks may have been recognized by a copy, and its password may be the one before.
        var account = now(asked);
        if (!passwords.matches(current, account.passwordHash()))
            throw new AccountFailure.WrongPassword();
        sessions.forgive(emailKey);
        var hash = passwords.hash(next);
        long epoch =
                rows.setPassword(account.id(), hash, account.epoch())
                        .orElseThrow(AccountFailure.NotSignedIn::new);
        sessions.removeAll(account.id());
        return begin(account.withPassword(hash, epoch), userAgent);
    }

    /// Whose session this cookie's secret is, if it is in force; notes the use now and then.
    public Optional<SignIn> recognize(String secret) {
        if (secret.length() != SECRET_CHARS) return Optional.empty();
        var found = sessions.find(digest(secret));
        if (found.isEmpty()) return Optional.empty();
        var session = found.get();
        var account = copies.find(session.account(), session.epoch());
        var now = clock.instant();
        if (account.filter(a -> a.epoch() == session.epoch()).isEmpty()
                || !now.isBefore(expiry(session))) {
            // An account that is behind its session has not been copied from elsewhere yet.
            boolean isOver = account.filter(a -> a.epoch() < session.epoch()).isEmpty();
            if (account.isPresent() && isOver) sessions.remove(session.id());
            return Optional.empty();
        }
        if (session.seen().plus(rules.touchEvery()).isBefore(now))
            sessions.touch(session.id(), now);
        return Optional.of(new SignIn(account.get(), session.created(), expiry(session)));
    }

    /// Ends the session of this secret, if there is one.
    public void signOut(String secret) {
        sessions.remove(digest(secret));
    }

    /// Ends every session of the account, everywhere, at once.
    public void signOutEverywhere(AccountId account) {
        rows.raiseEpoch(account);
        sessions.removeAll(account);
    }

    /// The account of this id, as it is now.
    public Optional<Account> find(AccountId id) {
        return copies.findNow(id);
    }

    /// Forgets sessions that are over. Returns how many.
    public int sweep() {
        var now = clock.instant();
        return sessions.forget(now.minus(rules.absolute()), now.minus(rules.idle()));
    }

    private void limit(String key, int most) {
        var now = clock.instant();
        var tally = sessions.attempt(key, now, rules.window());
        if (tally.count() > most) {
            var wait = Duration.between(now, tally.until());
            throw new AccountFailure.TooManyTries(
                    wait.toSeconds() < 1 ? Duration.ofSeconds(1) : wait);
        }
    }

    private SignIn.Begun begin(Account account, String userAgent) {
        var secret = secret();
        var now = clock.instant();
        var agent = userAgent.length() > AGENT_MAX ? userAgent.substring(0, AGENT_MAX) : userAgent;
        var session = new Session(digest(secret), account.id(), account.epoch(), now, now, agent);
        sessions.add(session);
        confirm(session);
        return new SignIn.Begun(
                new SignIn(account, now, expiry(session)), secret, rules.absolute());
    }

    /// Ends a session that an end of all sessions overtook: that one may have looked for sessions
    /// before this one was there. Nobody knows its secret yet.
    private void confirm(Session begun) {
        boolean isCurrent =
                rows.find(begun.account()).filter(a -> a.epoch() == begun.epoch()).isPresent();
        if (isCurrent) return;
        sessions.remove(begun.id());
        throw new AccountFailure.NotSignedIn();
    }

    /// The same account as it is now, unless all its sessions were ended since.
    private Account now(Account account) {
        return rows.find(account.id())
                .filter(a -> a.epoch() == account.epoch())
                .orElseThrow(AccountFailure.NotSignedIn::new);
    }

    private Instant expiry(Session session) {
        var byIdle = session.seen().plus(rules.idle());
        var byAge = session.created().plus(rules.absolute());
        return byIdle.isBefore(byAge) ? byIdle : byAge;
    }

    private String secret() {
        var bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String emailKey(String canonical) {
        return "email:" + Digest.of(canonical.getBytes(StandardCharsets.UTF_8));
    }

    private static Digest digest(String secret) {
        return Digest.of(secret.getBytes(StandardCharsets.UTF_8));
    }
}
