package safelight.webhooks;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Failure;
import safelight.catalog.CatalogUnavailable;
import safelight.catalog.Delivery;
import safelight.catalog.WebhookRows;
import safelight.observe.Meters;

/// Sends what is due to webhooks, each delivery on a virtual thread of its own, few at a time. A
/// delivery is claimed for longer than a try may take; if this server dies meanwhile, another sends
/// it after that. So a receiver hears of an end at least once, and rarely twice.
public final class Sender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);
    private static final int HOSTS_MAX = 200;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration CLOSE_MOST = Duration.ofSeconds(5);

    /// Beyond the time of a try: looking up a name and writing to storage have limits of their own.
    private static final Duration LEASE_MORE = Duration.ofSeconds(30);

    private final Parts parts;
    private final Places places;
    private final ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore bell = new Semaphore(0);
    private final Thread thread;
    private @Nullable Post post;
    private String after = "";
    private volatile Delivery.Backlog backlog = new Delivery.Backlog(0, Optional.empty());
    private volatile boolean closed;

    /// What sending needs.
    public record Parts(
            WebhookRows rows,
            Webhooks webhooks,
            Messages messages,
            WebhookSettings settings,
            Meters meters,
            Clock clock,
            RandomGenerator random) {}

    /// Starts sending.
    public Sender(Parts parts) {
        this.parts = parts;
        this.places =
                new Places(
                        parts.settings.atOnce(),
                        parts.settings.perHost(),
                        parts.settings.perAccount());
        parts.meters.gauge("safelight_webhooks_pending_deliveries", () -> backlog.pending());
        parts.meters.gauge("safelight_webhooks_oldest_seconds", this::age);
        this.thread = Thread.ofVirtual().name("webhooks").start(this::run);
    }

    /// Forgets old deliveries and looks how many are pending: a chore, to be done now and then.
    public void sweep() {
        parts.rows.forget(parts.clock.instant().minus(parts.settings.kept()));
        backlog = parts.rows.backlog();
    }

    /// Made for the first delivery: an HTTP client and what TLS needs take some megabytes, and most
    /// servers send nothing.
    private synchronized Post post() {
        if (post == null) post = new Post(parts.settings);
        return post;
    }

    private synchronized void hangUp() {
        if (post != null) post.close();
    }

    private double age() {
        return backlog.oldest()
                .map(at -> Duration.between(at, parts.clock.instant()).toMillis() / 1000.0)
                .orElse(0.0);
    }

    @Override
    public void close() {
        closed = true;
        bell.release();
        tasks.shutdownNow();
        try {
            thread.join(CLOSE_MOST);
            if (!tasks.awaitTermination(CLOSE_MOST.toSeconds(), TimeUnit.SECONDS))
                LOG.atWarn().log("webhooks did not stop in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        hangUp();
    }

    private void run() {
        while (!closed) {
            try {
                if (round()) continue;
            } catch (CatalogUnavailable e) {
                LOG.atWarn()
                        .addKeyValue("problem", e.problem().code())
                        .log("webhooks wait for the catalog");
            } catch (RuntimeException e) {
                if (!closed) LOG.atError().setCause(e).log("webhooks broke, and go on");
            }
            rest();
        }
    }

    private void rest() {
        try {
            if (bell.tryAcquire(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) bell.drainPermits();
        } catch (InterruptedException e) {
            closed = true;
            Thread.currentThread().interrupt();
        }
    }

    /// Every receiver gets its turn, however much waits for others. Returns whether there are more
    /// receivers, and places for them.
    private boolean round() {
        var now = parts.clock.instant();
        var until = now.plus(parts.settings.timeMost()).plus(LEASE_MORE);
        var hosts = parts.rows.hosts(after, now, HOSTS_MAX);
        for (var host : hosts) {
            // The next round goes on here.
            if (places.areTaken()) return false;
            int free = places.free(host);
            if (free > 0)
                parts.rows
                        .claim(host, places.busyAccounts(), now, until, free)
                        .forEach(this::start);
            after = host;
        }
        if (hosts.size() == HOSTS_MAX) return true;
        after = "";
        return false;
    }

    private void start(Delivery delivery) {
        places.take(delivery.event());
        tasks.execute(() -> deliver(delivery));
    }

    private void deliver(Delivery delivery) {
        try {
            attempt(delivery);
        } catch (Failure e) {
            LOG.atWarn()
                    .addKeyValue("problem", e.problem().code())
                    .addKeyValue("delivery", delivery.id())
                    .log("delivery is left for later");
        } catch (RuntimeException e) {
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("delivery", delivery.id())
                    .log("delivery broke, and is tried again later");
        } finally {
            places.giveBack(delivery.event());
            bell.release();
        }
    }

    private void attempt(Delivery delivery) {
        var began = parts.clock.instant();
        long nanos = System.nanoTime();
        var answer = send(delivery, began);
        // Cut off by the stop of this server, which says nothing of the receiver.
        if (closed && answer.status().isEmpty()) return;
        var took = Duration.ofNanos(System.nanoTime() - nanos);
        var now = parts.clock.instant();
        var next = Verdict.of(delivery, answer, parts.settings, now, parts.random);
        parts.rows.note(
                next,
                new Delivery.Attempt(
                        began, took.toMillis(), answer.status(), answer.error(), answer.excerpt()));
        count(next, took);
    }

    private Post.Answer send(Delivery delivery, Instant now) {
        var body = parts.messages.body(delivery);
        if (body.isEmpty()) return Post.Answer.failed("What it tells of is not there any more.");
        var event = delivery.event();
        var secret = parts.webhooks.secret(event.account());
        var id = delivery.id().value();
        var headers =
                Map.of(
                        "webhook-id",
                        id,
                        "webhook-timestamp",
                        String.valueOf(now.getEpochSecond()),
                        "webhook-signature",
                        Signing.signatures(secret, id, now, body.get()));
        return post().send(event.url(), headers, body.get(), now);
    }

    private void count(Delivery next, Duration took) {
        var state = next.state();
        parts.meters.time(
                "safelight_webhooks_attempt_seconds",
                took,
                "delivered",
                String.valueOf(state == Delivery.State.DELIVERED));
        switch (state) {
            case DELIVERED -> parts.meters.count("safelight_webhooks_delivered_total");
            case PENDING -> parts.meters.count("safelight_webhooks_failed_attempts_total");
            case FAILED -> {
                parts.meters.count("safelight_webhooks_failed_attempts_total");
                parts.meters.count("safelight_webhooks_given_up_total");
            }
        }
        LOG.atInfo()
                .addKeyValue("delivery", next.id())
                .addKeyValue("type", next.event().type().word())
                .addKeyValue("state", state)
                .addKeyValue("tries", next.tries())
                .addKeyValue("tookMs", took.toMillis())
                .log("webhook sent");
    }
}
