package safelight.catalog.cassandra;

import java.util.List;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.cql.Statements;

/// Profile pictures and the use that goes with each. Of two changes at once the later one stays,
/// and neither can take away the other's use: the use is written before and after the picture, and
/// who removes an old one looks again whether it is the picture after all.
final class Avatars {
    private static final String SET = "UPDATE account SET avatar = ? WHERE id = ?";

    private Avatars() {}

    static Optional<Digest> find(Statements statements, AccountId account) {
        return statements
                .one(
                        "SELECT avatar FROM account WHERE id = ?",
                        row -> row.maybeText("avatar").map(Digest::new),
                        account)
                .flatMap(found -> found);
    }

    static void set(Statements statements, AccountId account, Digest avatar) {
        var use = Uses.Use.avatar(account);
        var before = find(statements, account);
        statements.all(List.of(use.added(avatar)));
        statements.change(SET, avatar, account);
        statements.all(List.of(use.added(avatar)));
        if (before.isPresent() && !before.get().equals(avatar))
            unuse(statements, account, before.get());
    }

    /// Puts the former picture back if `avatar` is still the one.
    static void takeBack(
            Statements statements, AccountId account, Digest avatar, Optional<Digest> before) {
        if (!find(statements, account).equals(Optional.of(avatar))) return;
        if (before.isPresent()) {
            set(statements, account, before.get());
            return;
        }
        statements.change(SET, Optional.empty(), account);
        unuse(statements, account, avatar);
    }

    private static void unuse(Statements statements, AccountId account, Digest old) {
        var use = Uses.Use.avatar(account);
        statements.all(List.of(use.removed(old)));
        if (find(statements, account).equals(Optional.of(old)))
            statements.all(List.of(use.added(old)));
    }
}
