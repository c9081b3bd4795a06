package safelight.queue.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.JobId;
import safelight.base.Ulids;
import safelight.queue.JobQueue;
import safelight.queue.QueueUnavailable;
import safelight.queue.Ticket;

/// What is left when processes are killed with SIGKILL: the broker, and a worker.
class ArtemisCrashIT {
    private static final String PASSWORD = "a password of this test";
    private static final Duration SOON = Duration.ofSeconds(15);

    /// A worker that says nothing more, on a connection that stays, is noticed after 10 s at the
    /// earliest: it gives a sign of life every 5 s, and is given up 15 s after the last one.
    private static final Duration HANGING_LEAST = Duration.ofSeconds(10);

    private static final int CONFIRMED_BEFORE_KILL = 3_000;

    @TempDir Path folder;

    private final Ulids ulids = new Ulids(Clock.systemUTC(), new SecureRandom());
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (var part : open.reversed()) part.close();
    }

    private BrokerProcess broker() {
        return kept(BrokerProcess.broker(folder, PASSWORD));
    }

    private <T extends AutoCloseable> T kept(T part) {
        open.add(part);
        return part;
    }

    private static BrokerAccess access(BrokerProcess broker) {
        return BrokerAccess.overTcp("127.0.0.1", Integer.parseInt(broker.said()), PASSWORD);
    }

    private JobQueue queue(BrokerAccess access) {
        return kept(new ArtemisQueue(access, new SplittableRandom(3)));
    }

    private Ticket ticket() {
        return new Ticket(new JobId(ulids.next()), Ticket.Lane.NORMAL, "");
    }

    @Test
    void killedBrokerLosesNoConfirmedTicket() throws Exception {
        var broker = broker();
        var queue = queue(access(broker));
        var tried = ConcurrentHashMap.<JobId>newKeySet();
        var confirmed = ConcurrentHashMap.<JobId>newKeySet();
        var enough = new CountDownLatch(CONFIRMED_BEFORE_KILL);

        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++)
                tasks.execute(() -> publishUntilDown(queue, tried, confirmed, enough));
            assertThat(enough.await(60, TimeUnit.SECONDS)).isTrue();
            broker.kill();
        }

        var seen = drained(queue(access(broker())));
        assertThat(confirmed).hasSizeGreaterThanOrEqualTo(CONFIRMED_BEFORE_KILL);
        assertThat(seen).containsAll(confirmed);
        assertThat(tried).containsAll(seen);
    }

    private void publishUntilDown(
            JobQueue queue, Set<JobId> tried, Set<JobId> confirmed, CountDownLatch enough) {
        while (true) {
            var ticket = ticket();
            tried.add(ticket.job());
            try {
                queue.publish(List.of(ticket));
            } catch (QueueUnavailable e) {
                return;
            }
            confirmed.add(ticket.job());
            enough.countDown();
        }
    }

    /// Whatever is there: it is the broker that says when nothing is left, not a pause.
    private static Set<JobId> drained(JobQueue queue) {
        var seen = new HashSet<JobId>();
        try (var consumption = queue.consume()) {
            for (long left = alive(queue); left > 0; left = alive(queue))
                for (long i = 0; i < left; i++) {
                    var next = consumption.take(SOON).orElseThrow();
                    seen.add(next.ticket().job());
                    next.acknowledge();
                }
        }
        return seen;
    }

    private static long alive(JobQueue queue) {
        return queue.counts().alive();
    }

    @Test
    void deliveryCountOutlivesTheBroker() {
        var broker = broker();
        var queue = queue(access(broker));
        var first = ticket();
        queue.publish(List.of(first));
        var consumption = kept(queue.consume());
        assertThat(consumption.take(SOON).orElseThrow().count()).isEqualTo(1);
        // A count is not synced by itself: it is as durable as the next confirmed write, this one.
        queue.publish(List.of(ticket()));

        broker.kill();

        var again = kept(queue(access(broker())).consume());
        var delivery = again.take(SOON).orElseThrow();
        assertThat(delivery.ticket()).isEqualTo(first);
        assertThat(delivery.count()).isEqualTo(2);
    }

    @Test
    void acknowledgedAndBuriedTicketsStayGoneAfterACrash() {
        var broker = broker();
        var queue = queue(access(broker));
        queue.publish(List.of(ticket(), ticket(), ticket()));
        var consumption = kept(queue.consume());
        consumption.take(SOON).orElseThrow().acknowledge();
        consumption.take(SOON).orElseThrow().bury();
        consumption.take(SOON).orElseThrow().retry(Duration.ofHours(1));

        broker.kill();

        var counts = queue(access(broker())).counts();
        assertThat(counts.ready()).isZero();
        assertThat(counts.dead()).isEqualTo(1);
        assertThat(counts.scheduled()).isEqualTo(1);
    }

    @Test
    void ticketOfAKilledWorkerIsDeliveredAgainAtOnce() {
        var access = access(broker());
        var queue = queue(access);
        var sent = ticket();
        queue.publish(List.of(sent));
        var worker = kept(BrokerProcess.holder(access));
        assertThat(worker.said()).isEqualTo(sent.job().value());
        var consumption = kept(queue.consume());
        assertThat(consumption.take(Duration.ofMillis(50))).isEmpty();

        worker.kill();
        long killedNanos = System.nanoTime();

        var again = consumption.take(SOON).orElseThrow();
        assertThat(Duration.ofNanos(System.nanoTime() - killedNanos)).isLessThan(HANGING_LEAST);
        assertThat(again.ticket()).isEqualTo(sent);
        assertThat(again.count()).isEqualTo(2);
    }

    @Test
    void wrongPasswordIsRefusedFromAnotherProcess() {
        var right = access(broker());

        var queue = queue(new BrokerAccess(right.url(), right.user(), "a wrong password, long"));

        assertThatThrownBy(() -> queue.publish(List.of(ticket())))
                .isInstanceOf(QueueUnavailable.class);
    }
}
