package safelight.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import safelight.base.AccountId;
import safelight.base.AtOnce;
import safelight.base.HandClock;
import safelight.base.JobId;
import safelight.base.Page;
import safelight.base.PhotoId;
import safelight.base.Ulids;

/// What every engine does with deliveries that are due: who claims them, what is noted of them,
/// what lists show. When one is due: [WebhookRowsContract].
abstract class DeliveryRowsContract {
    private static final Duration LEASE = Duration.ofMinutes(1);
    static final long MANY = 100_000;

    protected final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00.123456Z"));
    protected final Samples samples = new Samples(clock);

    /// Rows with nothing in them, the same ones during a test; they date changes by `clock`.
    protected abstract WebhookRows rows();

    /// The jobs beside them.
    protected abstract JobRows jobs();

    /// The batches beside them.
    protected abstract BatchRows batches();

    /// The photos beside them.
    protected abstract PhotoRows photos();

    /// A receiver that no other test has.
    protected String host() {
        return samples.id() + ".example.org";
    }

    Job told(AccountId account, String url) {
        var order =
                new Job.Order(
                                account,
                                new PhotoId(samples.id()),
                                "v1;blur(sigma=2)",
                                Job.Purpose.EDIT,
                                Job.Priority.NORMAL,
                                Optional.empty(),
                                "request-1",
                                "us-east",
                                clock.instant(),
                                Optional.empty())
                        .telling(Optional.of(url));
        var job = Job.accepted(new JobId(samples.id()), order);
        assertThat(jobs().accept(job, MANY)).isEqualTo(new Acceptance.Fresh(job));
        return job;
    }

    /// A job of this account has failed.
    protected Job failed(AccountId account, String host) {
        var job = running(told(account, "https://" + host + "/hook?a=b"));
        return jobs().advance(samples.failed(job, true)).orElseThrow();
    }

    protected Job running(Job job) {
        return jobs().advance(samples.running(job, "w1")).orElseThrow();
    }

    protected List<Delivery> of(AccountId account) {
        return rows().list(account, Optional.empty(), page(200)).items();
    }

    static Page.Request page(int limit) {
        return new Page.Request(limit, Optional.empty());
    }

    protected List<Delivery> claim(String host) {
        // Engines keep times to the microsecond, and a batch's end may be noticed later.
        clock.advance(Duration.ofSeconds(10));
        rows().hosts("", clock.instant(), 1000);
        return rows().claim(host, Set.of(), clock.instant(), clock.instant().plus(LEASE), 10);
    }

    private Delivery later(Delivery delivery, Delivery.State state, Duration pause) {
        return new Delivery(
                delivery.id(),
                delivery.event(),
                state,
                delivery.tries() + 1,
                clock.instant().plus(pause),
                delivery.version());
    }

    private Delivery.Attempt attempt(Optional<Integer> status, String text) {
        return new Delivery.Attempt(
                clock.instant(),
                12,
                status,
                status.isEmpty() ? Optional.of(text) : Optional.empty(),
                status.isEmpty() ? "" : text);
    }

    private boolean note(Delivery delivery, Delivery.State state, Duration pause) {
        return rows().note(later(delivery, state, pause), attempt(Optional.of(500), "no"));
    }

    @Test
    void whatIsInHandIsNobodyElsesUntilTheLeaseEnds() {
        var host = host();
        failed(samples.accountId(), host);
        var first = claim(host);
        assertThat(first).hasSize(1);

        assertThat(claim(host)).isEmpty();
        clock.advance(LEASE);

        assertThat(claim(host)).extracting(Delivery::id).containsExactly(first.getFirst().id());
    }

    @Test
    void severalAtOnceClaimEachDeliveryOnce() throws Exception {
        var account = samples.accountId();
        var host = host();
        for (int i = 0; i < 5; i++) failed(account, host);
        var now = clock.instant();

        var claimed = AtOnce.run(4, _ -> rows().claim(host, Set.of(), now, now.plus(LEASE), 10));

        assertThat(claimed.stream().flatMap(List::stream).map(Delivery::id))
                .hasSize(5)
                .doesNotHaveDuplicates();
    }

    @Test
    void deliveredOneIsNotDueAgain() {
        var account = samples.accountId();
        var host = host();
        failed(account, host);
        var mine = claim(host).getFirst();

        assertThat(note(mine, Delivery.State.DELIVERED, Duration.ZERO)).isTrue();

        clock.advance(LEASE);
        assertThat(claim(host)).isEmpty();
        assertThat(of(account)).extracting(Delivery::state).containsOnly(Delivery.State.DELIVERED);
    }

    @Test
    void failedAttemptIsDueAfterItsPause() {
        var host = host();
        failed(samples.accountId(), host);
        var mine = claim(host).getFirst();

        note(mine, Delivery.State.PENDING, Duration.ofHours(1));

        clock.advance(LEASE);
        assertThat(claim(host)).isEmpty();
        clock.advance(Duration.ofHours(1));
        assertThat(claim(host)).singleElement().satisfies(d -> assertThat(d.tries()).isEqualTo(1));
    }

    @Test
    void lateSenderChangesNothingButIsLogged() {
        var host = host();
        failed(samples.accountId(), host);
        var late = claim(host).getFirst();
        clock.advance(LEASE);
        var other = claim(host).getFirst();
        assertThat(note(other, Delivery.State.DELIVERED, Duration.ZERO)).isTrue();

        assertThat(note(late, Delivery.State.PENDING, Duration.ZERO)).isFalse();

        assertThat(rows().find(late.id()).orElseThrow().state())
                .isEqualTo(Delivery.State.DELIVERED);
        assertThat(rows().attempts(late.id())).hasSize(2);
    }

    @Test
    void attemptsAreKeptInTheirOrder() {
        var host = host();
        failed(samples.accountId(), host);
        var first = attempt(Optional.empty(), "connection refused");
        var mine = claim(host).getFirst();
        rows().note(later(mine, Delivery.State.PENDING, Duration.ZERO), first);
        var second = attempt(Optional.of(503), "busy \u732b");
        var again = claim(host).getFirst();

        rows().note(later(again, Delivery.State.FAILED, Duration.ZERO), second);

        assertThat(rows().attempts(mine.id())).containsExactly(first, second);
    }

    @Test
    void resendMakesDueWhatWasOver() {
        var host = host();
        failed(samples.accountId(), host);
        var mine = claim(host).getFirst();
        note(mine, Delivery.State.FAILED, Duration.ZERO);

        var again = rows().resend(mine.id(), clock.instant()).orElseThrow();

        assertThat(again.state()).isEqualTo(Delivery.State.PENDING);
        assertThat(again.tries()).isZero();
        assertThat(rows().hosts("", clock.instant(), 1000)).contains(host);
        assertThat(claim(host)).extracting(Delivery::id).containsExactly(mine.id());
        assertThat(rows().resend(new safelight.base.DeliveryId(samples.id()), clock.instant()))
                .isEmpty();
    }

    @Test
    void hostsAreListedInOrderAndAfterOne() {
        var hosts = Stream.generate(this::host).limit(3).sorted().toList();
        for (var host : hosts) failed(samples.accountId(), host);
        failed(samples.accountId(), hosts.getFirst());
        var now = clock.instant();

        assertThat(rows().hosts("", now, 1000)).containsSubsequence(hosts).doesNotHaveDuplicates();
        assertThat(rows().hosts(hosts.get(0), now, 1000))
                .doesNotContain(hosts.get(0))
                .containsSubsequence(hosts.subList(1, 3));
        assertThat(rows().hosts(hosts.get(0), now, 1)).hasSize(1);
    }

    @Test
    void manyForOneHostAreTakenInPieces() {
        var account = samples.accountId();
        var host = host();
        for (int i = 0; i < 5; i++) failed(account, host);
        var now = clock.instant();

        assertThat(rows().claim(host, Set.of(), now, now.plus(LEASE), 2)).hasSize(2);
        assertThat(rows().claim(host, Set.of(), now, now.plus(LEASE), 2)).hasSize(2);
        assertThat(rows().claim(host, Set.of(), now, now.plus(LEASE), 2)).hasSize(1);
        assertThat(rows().claim(host, Set.of(), now, now.plus(LEASE), 2)).isEmpty();
    }

    @Test
    void accountsThatHaveEnoughInHandArePassedOver() {
        var greedy = samples.accountId();
        var modest = samples.accountId();
        var host = host();
        for (int i = 0; i < 3; i++) failed(greedy, host);
        failed(modest, host);
        var now = clock.instant();

        assertThat(rows().claim(host, Set.of(greedy), now, now.plus(LEASE), 10))
                .extracting(d -> d.event().account())
                .containsExactly(modest);
        assertThat(rows().claim(host, Set.of(modest), now, now.plus(LEASE), 10)).hasSize(3);
    }

    @Test
    void listPagesNewestFirstAndByState() {
        var account = samples.accountId();
        var host = host();
        for (int i = 0; i < 5; i++) failed(account, host);
        var delivered = claim(host).getFirst();
        note(delivered, Delivery.State.DELIVERED, Duration.ZERO);

        var first = rows().list(account, Optional.empty(), page(3));
        var rest = rows().list(account, Optional.empty(), new Page.Request(3, first.next()));

        var ids =
                Stream.concat(first.items().stream(), rest.items().stream())
                        .map(d -> d.id().value())
                        .toList();
        assertThat(ids).hasSize(5).doesNotHaveDuplicates();
        assertThat(ids).isSortedAccordingTo(java.util.Comparator.reverseOrder());
        assertThat(rest.next()).isEmpty();
        assertThat(rows().list(account, Optional.of(Delivery.State.DELIVERED), page(9)).items())
                .extracting(Delivery::id)
                .containsExactly(delivered.id());
        assertThat(rows().list(account, Optional.of(Delivery.State.PENDING), page(9)).items())
                .hasSize(4);
        assertThat(of(samples.accountId())).isEmpty();
    }

    @Test
    void idsTellWhenItEnded() {
        var account = samples.accountId();
        failed(account, host());

        var told = of(account).getFirst();

        assertThat(Ulids.time(told.id().value()).toEpochMilli())
                .isEqualTo(told.event().at().toEpochMilli());
    }

    @Test
    void backlogCountsWhatIsPending() {
        var before = rows().backlog().pending();
        var account = samples.accountId();
        var host = host();
        failed(account, host);
        failed(account, host);
        assertThat(rows().backlog().pending()).isEqualTo(before + 2);
        assertThat(rows().backlog().oldest()).isPresent();

        for (var mine : claim(host)) note(mine, Delivery.State.DELIVERED, Duration.ZERO);

        assertThat(rows().backlog().pending()).isEqualTo(before);
    }

    @Test
    void firstSecretStaysAndIsReplacedByWhoKnowsIt() {
        var account = samples.accountId();
        var first = new WebhookSecret("whsec_a", Optional.empty(), clock.instant());
        var other = new WebhookSecret("whsec_b", Optional.empty(), clock.instant());
        assertThat(rows().secret(account)).isEmpty();

        assertThat(rows().secretOr(account, first)).isEqualTo(first);
        assertThat(rows().secretOr(account, other)).isEqualTo(first);

        var next = new WebhookSecret("whsec_c", Optional.of("whsec_a"), clock.instant());
        assertThat(rows().replaceSecret(account, other, next)).isFalse();
        assertThat(rows().replaceSecret(account, first, next)).isTrue();
        assertThat(rows().secret(account)).contains(next);
    }
}
