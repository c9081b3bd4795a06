package safelight.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import safelight.base.AccountId;
import safelight.base.JobId;
import safelight.base.Ulids;
import safelight.queue.Ticket.Lane;

/// What every engine of the job queue must do.
public abstract class JobQueueContract {
    protected static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration A_BLINK = Duration.ofMillis(50);

    private final Ulids ulids = new Ulids(Clock.systemUTC(), new SplittableRandom(7));

    /// A queue object of its own to the running broker; the test's end closes it.
    protected abstract JobQueue connect();

    protected abstract void stopBroker();

    /// With the same tickets, reachable at the same place.
    protected abstract void startBroker();

    protected Ticket ticket(Lane lane) {
        return new Ticket(new JobId(ulids.next()), lane, "request-1");
    }

    private List<Ticket> tickets(int count) {
        var made = new ArrayList<Ticket>();
        for (int i = 0; i < count; i++) made.add(ticket(Lane.NORMAL));
        return made;
    }

    protected static void eventually(BooleanSupplier claim) {
        long endNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!claim.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(endNanos);
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }

    protected static Optional<JobQueue.Delivery> takeWhenBack(JobQueue.Consumption consumption) {
        long endNanos = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < endNanos) {
            try {
                return consumption.take(SOON);
            } catch (QueueUnavailable e) {
                LockSupport.parkNanos(1_000_000);
            }
        }
        return Optional.empty();
    }

    @Test
    void acknowledgedTicketIsGone() {
        var queue = connect();
        var sent = ticket(Lane.BULK);

        queue.publish(List.of(sent));

        try (var consumption = queue.consume()) {
            var delivery = consumption.take(SOON).orElseThrow();
            assertThat(delivery.ticket()).isEqualTo(sent);
            assertThat(delivery.count()).isEqualTo(1);
            delivery.acknowledge();
            assertThat(consumption.take(A_BLINK)).isEmpty();
        }
        assertThat(queue.counts()).isEqualTo(new Counts(0, 0, 0, 0, Duration.ZERO));
    }

    private static void takeInOrder(
            JobQueue.Consumption consumption, List<Ticket> sent, int... order) {
        for (int i : order) {
            var delivery = consumption.take(SOON).orElseThrow();
            assertThat(delivery.ticket()).isEqualTo(sent.get(i));
            delivery.acknowledge();
        }
    }

    @Test
    void urgentTicketsComeFirstThenOldOnes() {
        var queue = connect();
        var sent =
                List.of(
                        ticket(Lane.BULK),
                        ticket(Lane.NORMAL),
                        ticket(Lane.INTERACTIVE),
                        ticket(Lane.BULK),
                        ticket(Lane.INTERACTIVE));

        queue.publish(sent);

        try (var consumption = queue.consume()) {
            takeInOrder(consumption, sent, 2, 4, 1, 0, 3);
        }
    }

    @Test
    void urgentTicketsAloneComeToWhoeverHasNoRoomForOthers() {
        var queue = connect();
        var sent =
                List.of(
                        ticket(Lane.BULK),
                        ticket(Lane.INTERACTIVE),
                        ticket(Lane.NORMAL),
                        ticket(Lane.INTERACTIVE));
        queue.publish(sent);

        try (var urgent = queue.consumeUrgent();
                var all = queue.consume()) {
            takeInOrder(urgent, sent, 1, 3);
            assertThat(urgent.take(A_BLINK)).isEmpty();
            takeInOrder(all, sent, 2, 0);
            var last = ticket(Lane.INTERACTIVE);
            queue.publish(List.of(ticket(Lane.BULK), last));
            assertThat(urgent.take(SOON).orElseThrow().ticket()).isEqualTo(last);
        }
        eventually(() -> queue.counts().ready() == 2);
    }

    @Test
    void sameJobMayBePublishedAgain() {
        var queue = connect();
        var sent = ticket(Lane.NORMAL);

        queue.publish(List.of(sent));
        queue.publish(List.of(sent, sent));

        assertThat(queue.counts().ready()).isEqualTo(3);
    }

    @Test
    void ticketOfClosedConsumptionComesAgainWithHigherCount() {
        var queue = connect();
        queue.publish(List.of(ticket(Lane.NORMAL)));
        var first = queue.consume();
        assertThat(first.take(SOON).orElseThrow().count()).isEqualTo(1);

        first.close();
        first.close();

        try (var second = queue.consume()) {
            var again = second.take(SOON).orElseThrow();
            assertThat(again.count()).isEqualTo(2);
            again.acknowledge();
        }
    }

    @Test
    void endedDeliveryCannotEndAgain() {
        var queue = connect();
        queue.publish(List.of(ticket(Lane.NORMAL)));
        try (var consumption = queue.consume()) {
            var delivery = consumption.take(SOON).orElseThrow();
            assertThatThrownBy(() -> consumption.take(SOON))
                    .isInstanceOf(IllegalStateException.class);

            delivery.acknowledge();

            assertThatThrownBy(delivery::bury).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void retriedTicketIsScheduledAndComesAfterItsDelay() {
        var queue = connect();
        var sent = ticket(Lane.INTERACTIVE);
        queue.publish(List.of(sent));
        try (var consumption = queue.consume()) {
            assertThat(consumption.take(SOON)).isPresent();
        }
        try (var consumption = queue.consume()) {
            var delay = Duration.ofMillis(1500);
            long startNanos = System.nanoTime();

            consumption.take(SOON).orElseThrow().retry(delay);

            var counts = queue.counts();
            if (System.nanoTime() - startNanos < delay.toNanos())
                assertThat(counts).isEqualTo(new Counts(0, 0, 1, 0, Duration.ZERO));
            var again = consumption.take(SOON).orElseThrow();
            assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
                    .isGreaterThan(delay.minusMillis(100));
            assertThat(again.ticket()).isEqualTo(sent);
            assertThat(again.count()).isEqualTo(3);
            again.acknowledge();
        }
    }

    @Test
    void ticketThatIsPutOffComesAgainWithTheSameCountOrAsNew() {
        var queue = connect();
        var sent = ticket(Lane.BULK);
        queue.publish(List.of(sent));
        try (var consumption = queue.consume()) {
            consumption.take(SOON).orElseThrow().retry(A_BLINK);
            for (int i = 0; i < 2; i++) {
                var delivery = consumption.take(SOON).orElseThrow();
                assertThat(delivery.ticket()).isEqualTo(sent);
                assertThat(delivery.count()).isEqualTo(2);
                delivery.putOff(A_BLINK);
            }
            consumption.take(SOON).orElseThrow().putOffAsNew(A_BLINK);
            assertThat(queue.counts().alive()).isEqualTo(1);
            assertThat(consumption.take(SOON).orElseThrow().count()).isEqualTo(1);
        }
    }

    @Test
    void buriedTicketIsDeadUntilExhumed() {
        var queue = connect();
        var sent = tickets(3);
        queue.publish(sent);
        try (var consumption = queue.consume()) {
            for (int i = 0; i < 3; i++) consumption.take(SOON).orElseThrow().bury();
            assertThat(queue.counts()).isEqualTo(new Counts(0, 0, 0, 3, Duration.ZERO));
            assertThat(consumption.take(A_BLINK)).isEmpty();
        }

        queue.exhume(sent.get(1).job());
        queue.exhume(sent.get(1).job());
        queue.exhume(ticket(Lane.NORMAL).job());

        assertThat(queue.counts().dead()).isEqualTo(2);
    }

    @Test
    void countsAreApart() {
        var queue = connect();
        queue.publish(tickets(5));
        try (var consumption = queue.consume();
                var other = queue.consume()) {
            consumption.take(SOON).orElseThrow().bury();
            consumption.take(SOON).orElseThrow().retry(Duration.ofHours(1));
            var held = other.take(SOON).orElseThrow();

            eventually(() -> queue.counts().oldest().isPositive());
            var counts = queue.counts();

            assertThat(counts.ready()).isEqualTo(2);
            assertThat(counts.delivering()).isEqualTo(1);
            assertThat(counts.scheduled()).isEqualTo(1);
            assertThat(counts.dead()).isEqualTo(1);
            assertThat(counts.oldest()).isLessThan(PATIENCE);
            held.acknowledge();
        }
    }

    @Test
    void heldTicketIsHeldByOneOnly() {
        var queue = connect();
        queue.publish(tickets(2));
        try (var one = queue.consume();
                var two = queue.consume();
                var three = queue.consume()) {
            var first = one.take(SOON).orElseThrow();
            var second = two.take(SOON).orElseThrow();

            assertThat(first.ticket()).isNotEqualTo(second.ticket());
            assertThat(three.take(A_BLINK)).isEmpty();
        }
    }

    @Test
    void manyPublishersAndConsumersSeeEachTicketOnce() throws Exception {
        var queue = connect();
        var sent = tickets(1000);
        var seen = new ConcurrentLinkedQueue<Ticket>();
        var left = new AtomicInteger(sent.size());

        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            var done = new ArrayList<Future<?>>();
            for (int p = 0; p < 8; p++) {
                var mine = sent.subList(p * 125, (p + 1) * 125);
                done.add(tasks.submit(() -> mine.forEach(t -> queue.publish(List.of(t)))));
            }
            for (int c = 0; c < 4; c++) done.add(tasks.submit(() -> drain(queue, seen, left)));
            for (var task : done) task.get(60, TimeUnit.SECONDS);
        }

        assertThat(seen).hasSize(1000);
        assertThat(new HashSet<>(seen)).isEqualTo(new HashSet<>(sent));
        assertThat(queue.counts()).isEqualTo(new Counts(0, 0, 0, 0, Duration.ZERO));
    }

    private static void drain(
            JobQueue queue, ConcurrentLinkedQueue<Ticket> seen, AtomicInteger left) {
        try (var consumption = queue.consume()) {
            while (left.get() > 0)
                consumption
                        .take(A_BLINK)
                        .ifPresent(delivery -> {
                            seen.add(delivery.ticket());
                            delivery.acknowledge();
                            left.decrementAndGet();
                        });
        }
    }

    private JobChanged change(double progress) {
        return new JobChanged(
                new AccountId(ulids.next()),
                new JobId(ulids.next()),
                JobChanged.Kind.PROGRESS,
                progress);
    }

    @Test
    void everyListenerHearsEveryAnnouncement() throws Exception {
        var speaker = connect();
        var one = new LinkedBlockingQueue<JobChanged>();
        var two = new LinkedBlockingQueue<JobChanged>();
        try (var _ = connect().listen(one::add);
                var _ = connect().listen(two::add)) {
            var changes = List.of(change(0.25), change(0.5), change(1));

            changes.forEach(speaker::announce);

            for (var change : changes) {
                assertThat(next(one)).isEqualTo(change);
                assertThat(next(two)).isEqualTo(change);
            }
        }
    }

    @Test
    void listenerHearsOnlyTheKindsItAskedFor() throws Exception {
        var queue = connect();
        var heard = new LinkedBlockingQueue<JobChanged>();
        try (var _ = queue.listen(Set.of(JobChanged.Kind.CANCELLED), heard::add)) {
            var progress = change(0.5);
            var cancelled =
                    new JobChanged(
                            progress.account(), progress.job(), JobChanged.Kind.CANCELLED, 0);

            queue.announce(progress);
            queue.announce(cancelled);

            assertThat(next(heard)).isEqualTo(cancelled);
        }
    }

    @Test
    void closedListenerHearsNothing() throws Exception {
        var queue = connect();
        var gone = new LinkedBlockingQueue<JobChanged>();
        var there = new LinkedBlockingQueue<JobChanged>();
        var first = queue.listen(gone::add);
        try (var _ = queue.listen(there::add)) {
            first.close();
            first.close();

            queue.announce(change(1));

            assertThat(next(there)).isNotNull();
            assertThat(gone).isEmpty();
        }
    }

    @Test
    void failingListenerHearsTheNextOne() throws Exception {
        var queue = connect();
        var heard = new LinkedBlockingQueue<JobChanged>();
        try (var _ =
                queue.listen(change -> {
                    heard.add(change);
                    throw new IllegalStateException("a listener's own fault");
                })) {
            queue.announce(change(0.1));
            queue.announce(change(0.2));

            assertThat(next(heard).progress()).isEqualTo(0.1);
            assertThat(next(heard).progress()).isEqualTo(0.2);
        }
    }

    private static JobChanged next(BlockingQueue<JobChanged> heard) throws InterruptedException {
        return heard.poll(SOON.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Test
    void closingFromAnotherThreadEndsTake() throws Exception {
        var queue = connect();
        var consumption = queue.consume();
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Optional<JobQueue.Delivery>> take = () -> consumption.take(PATIENCE);
            var taken = tasks.submit(take);
            LockSupport.parkNanos(A_BLINK.toNanos());

            consumption.close();

            assertThat(taken.get(SOON.toMillis(), TimeUnit.MILLISECONDS)).isEmpty();
            assertThat(consumption.take(SOON)).isEmpty();
        }
    }

    @Test
    void closedQueueIsUnavailableAndEndsItsConsumptions() {
        var queue = connect();
        var consumption = queue.consume();

        queue.close();
        queue.close();

        assertThat(consumption.take(PATIENCE)).isEmpty();
        assertThatThrownBy(() -> queue.publish(tickets(1))).isInstanceOf(QueueUnavailable.class);
        assertThatThrownBy(queue::counts).isInstanceOf(QueueUnavailable.class);
        assertThatThrownBy(queue::consume).isInstanceOf(QueueUnavailable.class);
    }

    @Test
    void stoppedBrokerIsUnavailable() {
        var queue = connect();
        queue.publish(tickets(1));
        var consumption = queue.consume();
        var held = consumption.take(SOON).orElseThrow();

        stopBroker();

        assertThatThrownBy(() -> queue.publish(tickets(1))).isInstanceOf(QueueUnavailable.class);
        assertThatThrownBy(held::acknowledge).isInstanceOf(QueueUnavailable.class);
        for (int i = 0; i < 3; i++)
            assertThatThrownBy(() -> consumption.take(A_BLINK))
                    .isInstanceOf(QueueUnavailable.class);
        assertThatThrownBy(queue::consume).isInstanceOf(QueueUnavailable.class);
        assertThatThrownBy(queue::counts).isInstanceOf(QueueUnavailable.class);
        assertThatThrownBy(() -> queue.exhume(held.ticket().job()))
                .isInstanceOf(QueueUnavailable.class);
        queue.announce(change(1));
        consumption.close();
    }

    @Test
    void stoppingTheBrokerEndsAWaitingTake() throws Exception {
        var consumption = connect().consume();
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Optional<JobQueue.Delivery>> take = () -> consumption.take(PATIENCE);
            var taken = tasks.submit(take);
            LockSupport.parkNanos(A_BLINK.toNanos());

            stopBroker();

            assertThatThrownBy(() -> taken.get(SOON.toMillis(), TimeUnit.MILLISECONDS))
                    .hasCauseInstanceOf(QueueUnavailable.class);
        }
    }

    @Test
    void sameObjectsWorkAgainAfterTheBrokerWasAway() throws Exception {
        var queue = connect();
        var sent = tickets(3);
        queue.publish(sent);
        var consumption = queue.consume();
        consumption.take(SOON).orElseThrow().bury();
        consumption.take(SOON).orElseThrow().retry(Duration.ofHours(1));
        var heard = new LinkedBlockingQueue<JobChanged>();
        try (var _ = queue.listen(heard::add)) {
            stopBroker();
            assertThatThrownBy(queue::counts).isInstanceOf(QueueUnavailable.class);
            startBroker();

            var counts = queue.counts();

            assertThat(counts.ready()).isEqualTo(1);
            assertThat(counts.scheduled()).isEqualTo(1);
            assertThat(counts.dead()).isEqualTo(1);
            var delivery = takeWhenBack(consumption).orElseThrow();
            assertThat(delivery.ticket()).isEqualTo(sent.get(2));
            delivery.acknowledge();
            queue.publish(tickets(1));
            eventually(() -> {
                queue.announce(change(1));
                return !heard.isEmpty();
            });
        }
        consumption.close();
    }
}
