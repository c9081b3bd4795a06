package safelight.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import safelight.base.AccountId;
import safelight.base.DeliveryId;
import safelight.base.Page;

/// The catalog's deliveries to webhooks, and the secrets that sign them. {@link JobRows} and {@link
/// BatchRows} add the deliveries, each in the same step as the end that it tells of. Thread-safe;
/// every write is durable when its method returns; every method throws {@link CatalogUnavailable}
/// if storage does not answer.
public interface WebhookRows {
    /// Receivers after this one, in their order, that something is to be sent to now. An engine may
    /// name some for whom nothing is due yet.
    List<String> hosts(String after, Instant now, int most);

    /// Takes what is due to this receiver in hand, oldest due first, but nothing of the accounts
    /// `without`: nobody else is given it before `until`.
    List<Delivery> claim(String host, Set<AccountId> without, Instant now, Instant until, int most);

    /// Adds an attempt, and writes `next`'s state, tries and due if the row still has its version.
    /// Returns whether it had; if not, somebody else has the delivery in hand, or it was asked for
    /// again.
    boolean note(Delivery next, Delivery.Attempt attempt);

    /// The delivery of this id, whoever owns it.
    Optional<Delivery> find(DeliveryId id);

    /// The account's deliveries, newest first, in one state or in all.
    Page<Delivery> list(AccountId account, Optional<Delivery.State> state, Page.Request page);

    /// What was tried, oldest first; an engine may keep the latest only, but not fewer than 50.
    List<Delivery.Attempt> attempts(DeliveryId id);

    /// Makes a delivery due at `now`, whatever became of it before, with all its tries. Returns it
    /// as it now stands, or empty if there is none.
    Optional<Delivery> resend(DeliveryId id, Instant now);

    /// Forgets deliveries from before `before`. Returns how many; 0 if the engine does it by
    /// itself.
    int forget(Instant before);

    /// What is pending. An engine may stop counting, but not below 10,000.
    Delivery.Backlog backlog();

    /// The account's secret, if it has one.
    Optional<WebhookSecret> secret(AccountId account);

    /// Gives the account this secret unless it has one. Returns the one that it now has.
    WebhookSecret secretOr(AccountId account, WebhookSecret fresh);

    /// Replaces the account's secret if it still is `before`; false if it is another.
    boolean replaceSecret(AccountId account, WebhookSecret before, WebhookSecret next);
}
