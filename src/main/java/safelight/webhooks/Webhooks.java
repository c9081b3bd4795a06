package safelight.webhooks;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import safelight.base.AccountId;
import safelight.base.DeliveryId;
import safelight.base.Page;
import safelight.catalog.Delivery;
import safelight.catalog.WebhookRows;
import safelight.catalog.WebhookSecret;

/// What clients do with webhooks: look at deliveries, have them sent again, and get and replace the
/// secret that signs them. Keeps nothing itself; thread-safe.
public final class Webhooks {
    private static final int URL_MAX = 2_048;
    private static final int RACES_MAX = 10;
    private static final int PORT_MAX = 65_535;

    private final WebhookRows rows;
    private final Addresses addresses;
    private final Clock clock;
    private final RandomGenerator random;

    /// On these rows. Secrets are as hard to guess as `random` is.
    public Webhooks(
            WebhookRows rows, WebhookSettings settings, Clock clock, RandomGenerator random) {
        this.rows = rows;
        this.addresses = new Addresses(settings.allowed());
        this.clock = clock;
        this.random = random;
    }

    /// A delivery and what was tried, oldest first.
    public record Story(Delivery delivery, List<Delivery.Attempt> attempts) {}

    /// The secrets that sign now: `previous` was replaced, and does until `previousUntil`.
    public record Secrets(
            String current,
            Instant since,
            Optional<String> previous,
            Optional<Instant> previousUntil) {}

    /// What is wrong with a URL, in a sentence. A name is looked up only when it is sent to.
    public Optional<String> fault(String url) {
        if (url.length() > URL_MAX)
            return Optional.of("A URL has at most %d characters.".formatted(URL_MAX));
        try {
            return fault(new URI(url));
        } catch (URISyntaxException e) {
            return Optional.of("This is not a URL.");
        }
    }

    private Optional<String> fault(URI url) {
        var scheme = Optional.ofNullable(url.getScheme()).orElse("").toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http"))
            return Optional.of("A webhook is an https or http URL.");
        if (url.getRawUserInfo() != null)
            return Optional.of("A webhook has no user name and password in its URL.");
        if (url.getHost() == null || !url.toString().chars().allMatch(c -> c > ' ' && c < 127))
            return Optional.of("A webhook's URL has a host, and ASCII characters only.");
        if (url.getPort() == 0 || url.getPort() > PORT_MAX)
            return Optional.of("There is no such port.");
        if (url.getRawFragment() != null) return Optional.of("A webhook's URL has no fragment.");
        if (!isFit(url.getHost()))
            return Optional.of("Webhooks go to public addresses, and this one is not.");
        if (!isUsual(url.getHost()))
            return Optional.of("An address is written as four numbers with dots between.");
        return Optional.empty();
    }

    private boolean isFit(String host) {
        if (host.startsWith("[")) return literal(host).filter(addresses::isFit).isPresent();
        return literal(host).map(addresses::isFit).orElse(true);
    }

    /// One receiver has one spelling, or it would be several to the limits for each.
    private static boolean isUsual(String host) {
        return host.startsWith("[")
                || literal(host).map(InetAddress::getHostAddress).orElse(host).equals(host);
    }

    /// Also in the ways of writing that only old programs know, such as `0x7f000001`.
    private static Optional<InetAddress> literal(String host) {
        try {
            return Optional.of(
                    host.startsWith("[")
                            ? Inet6Address.ofLiteral(host)
                            : Inet4Address.ofPosixLiteral(host));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// The account's deliveries, newest first, in one state or all.
    public Page<Delivery> list(
            AccountId account, Optional<Delivery.State> state, Page.Request page) {
        return rows.list(account, state, page);
    }

    /// The account's delivery of this id.
    ///
    /// @throws WebhookFailure.Unknown if there is none
    public Story find(AccountId account, DeliveryId id) {
        return new Story(own(account, id), rows.attempts(id));
    }

    /// Has a delivery sent again, whatever became of it, with all its tries.
    ///
    /// @throws WebhookFailure.Unknown if there is none
    public Story resend(AccountId account, DeliveryId id) {
        own(account, id);
        var again = rows.resend(id, clock.instant()).orElseThrow(WebhookFailure.Unknown::new);
        return new Story(again, rows.attempts(id));
    }

    private Delivery own(AccountId account, DeliveryId id) {
        return rows.find(id)
                .filter(delivery -> delivery.event().account().equals(account))
                .orElseThrow(WebhookFailure.Unknown::new);
    }

    /// The account's secrets; makes the first one if there is none.
    public Secrets secrets(AccountId account) {
        return inForce(secret(account));
    }

    WebhookSecret secret(AccountId account) {
        return rows.secret(account)
                .orElseGet(() ->
                        rows.secretOr(
                                account,
                                new WebhookSecret(
                                        Signing.newSecret(random),
                                        Optional.empty(),
                                        clock.instant())));
    }

    /// Replaces the account's secret. For a day messages are signed with both, so that receivers
    /// can change one after the other.
    public Secrets replaceSecret(AccountId account) {
        for (int i = 0; i < RACES_MAX; i++) {
            var before = secret(account);
            var next =
                    new WebhookSecret(
                            Signing.newSecret(random),
                            Optional.of(before.current()),
                            clock.instant());
            if (rows.replaceSecret(account, before, next)) return inForce(next);
        }
        throw new IllegalStateException("the secret of account " + account + " changed too often");
    }

    private Secrets inForce(WebhookSecret secret) {
        var previous = Signing.previous(secret, clock.instant());
        return new Secrets(
                secret.current(),
                secret.since(),
                previous,
                previous.map(_ -> secret.since().plus(Signing.OVERLAP)));
    }
}
