package safelight.archive;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.catalog.Account;
import safelight.catalog.WebhookSecret;

/// A row of accounts.jsonl; `avatar` says whether the bytes of its profile picture are there,
/// `secret` is what its webhooks are signed with.
record AccountLine(Account account, Presence avatar, Optional<WebhookSecret> secret) {
    static AccountLine read(Fields line) {
        var account =
                new Account(
                        new AccountId(line.text("id")),
                        line.text("email"),
                        line.text("name"),
                        line.text("passwordHash"),
                        line.maybeText("avatar").map(Digest::new),
                        line.number("epoch"),
                        line.flag("administrator"),
                        line.instant("created"));
        return new AccountLine(
                account,
                line.constant("avatarBytes", Presence.class),
                line.maybeObject("webhookSecret").map(AccountLine::secret));
    }

    private static WebhookSecret secret(Fields secret) {
        return new WebhookSecret(
                secret.text("current"), secret.maybeText("previous"), secret.instant("since"));
    }

    private static void write(WebhookSecret secret, ObjectNode to) {
        to.put("current", secret.current()).put("since", secret.since().toString());
        secret.previous().ifPresent(previous -> to.put("previous", previous));
    }

    ObjectNode write() {
        var line =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("id", account.id().value())
                        .put("email", account.email())
                        .put("name", account.name())
                        .put("passwordHash", account.passwordHash());
        account.avatar().ifPresent(digest -> line.put("avatar", digest.hex()));
        secret.ifPresent(s -> write(s, line.putObject("webhookSecret")));
        return line.put("avatarBytes", avatar.name().toLowerCase(Locale.ROOT))
                .put("epoch", account.epoch())
                .put("administrator", account.administrator())
                .put("created", account.created().toString());
    }

    /// The account as it is imported: without a picture whose bytes are not there.
    Account imported() {
        if (avatar == Presence.HERE) return account;
        return new Account(
                account.id(),
                account.email(),
                account.name(),
                account.passwordHash(),
                Optional.empty(),
                account.epoch(),
                account.administrator(),
                account.created());
    }
}
