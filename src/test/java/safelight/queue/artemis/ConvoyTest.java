package safelight.queue.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import safelight.base.JobId;
import safelight.queue.QueueUnavailable;
import safelight.queue.Ticket;

/// Who goes alone, who goes together, and what becomes of them; the road is the test itself.
class ConvoyTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final BlockingQueue<Trip> trips = new LinkedBlockingQueue<>();

    /// What is on the road, until the test says how it ended.
    private record Trip(List<Ticket> tickets, CompletableFuture<Boolean> end) {
        int size() {
            return tickets.size();
        }

        void arrive() {
            end.complete(true);
        }

        void fail() {
            end.completeExceptionally(new IllegalStateException("the broker is gone"));
        }
    }

    private Convoy convoy(int roads) {
        return new Convoy(roads, PATIENCE, this::travel);
    }

    private void travel(List<Ticket> tickets) {
        var trip = new Trip(List.copyOf(tickets), new CompletableFuture<>());
        trips.add(trip);
        try {
            trip.end.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueueUnavailable("travel", e);
        } catch (ExecutionException e) {
            throw new QueueUnavailable("travel", e);
        }
    }

    private Trip next() throws Exception {
        var trip = trips.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (trip == null) throw new TimeoutException("nobody travels");
        return trip;
    }

    private static List<Ticket> tickets(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i ->
                        new Ticket(new JobId("%026d".formatted(i)), Ticket.Lane.BULK, "request"))
                .toList();
    }

    private static Future<Boolean> started(Callable<Boolean> call) {
        var task = new FutureTask<>(call);
        Thread.ofVirtual().start(task);
        return task;
    }

    private static Future<Boolean> sent(Convoy convoy, List<Ticket> tickets) {
        return started(() -> {
            convoy.send(tickets);
            return true;
        });
    }

    /// Each in line before the next one comes.
    private static List<Future<Boolean>> waiting(Convoy convoy, int count, int each) {
        var all = new ArrayList<Future<Boolean>>();
        int before = convoy.waiting();
        for (int i = 1; i <= count; i++) {
            int then = before + i;
            all.add(sent(convoy, tickets(1000 * i, each)));
            eventually(() -> convoy.waiting() == then);
        }
        return all;
    }

    private static void eventually(BooleanSupplier claim) {
        long endNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!claim.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(endNanos);
            LockSupport.parkNanos(100_000);
        }
    }

    private static boolean isDone(Future<Boolean> sent) throws Exception {
        return sent.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static void assertUnavailable(Future<Boolean> sent) {
        assertThatThrownBy(() -> isDone(sent)).hasCauseInstanceOf(QueueUnavailable.class);
    }

    @Test
    void whoComesAloneGoesAlone() throws Exception {
        var convoy = convoy(1);

        var sent = sent(convoy, tickets(0, 3));
        var trip = next();

        assertThat(trip.tickets).isEqualTo(tickets(0, 3));
        assertThat(sent.isDone()).isFalse();
        trip.arrive();
        assertThat(isDone(sent)).isTrue();
    }

    @Test
    void whoComesMeanwhileGoesTogetherAndReturnsOnlyThen() throws Exception {
        var convoy = convoy(1);
        var first = sent(convoy, tickets(0, 1));
        var trip = next();
        var others = waiting(convoy, 5, 1);

        trip.arrive();
        assertThat(isDone(first)).isTrue();
        var together = next();

        assertThat(together.tickets)
                .extracting(ticket -> ticket.job().value())
                .containsExactly(
                        "%026d".formatted(1000),
                        "%026d".formatted(2000),
                        "%026d".formatted(3000),
                        "%026d".formatted(4000),
                        "%026d".formatted(5000));
        assertThat(others).noneMatch(Future::isDone);
        together.arrive();
        for (var other : others) assertThat(isDone(other)).isTrue();
        assertThat(trips).isEmpty();
    }

    @Test
    void eachRoadIsUsedBeforeAnybodyWaits() throws Exception {
        var convoy = convoy(2);
        var first = sent(convoy, tickets(0, 1));
        var one = next();
        var second = sent(convoy, tickets(1, 1));
        var other = next();
        var third = waiting(convoy, 1, 1).getFirst();

        other.arrive();
        assertThat(isDone(second)).isTrue();
        next().arrive();
        assertThat(isDone(third)).isTrue();

        assertThat(first.isDone()).isFalse();
        one.arrive();
        assertThat(isDone(first)).isTrue();
    }

    @Test
    void failureIsOfAllWhoWentTogetherAndOfNobodyElse() throws Exception {
        var convoy = convoy(1);
        var first = sent(convoy, tickets(0, 1));
        var trip = next();
        var others = waiting(convoy, 2, 1);
        trip.arrive();
        var together = next();
        var later = sent(convoy, tickets(1, 1));
        eventually(() -> convoy.waiting() == 1);

        together.fail();

        for (var other : others) assertUnavailable(other);
        next().arrive();
        assertThat(isDone(first)).isTrue();
        assertThat(isDone(later)).isTrue();
    }

    @Test
    void thoseAnInterruptedOneLedGoWithAnother() throws Exception {
        var convoy = convoy(1);
        var first = sent(convoy, tickets(0, 1));
        var trip = next();
        var leader = new FutureTask<>(() -> convoy.send(tickets(1, 1)), true);
        var thread = Thread.ofVirtual().start(leader);
        eventually(() -> convoy.waiting() == 1);
        var others = waiting(convoy, 2, 1);
        trip.arrive();
        assertThat(next().size()).isEqualTo(3);

        thread.interrupt();

        assertUnavailable(leader);
        var again = next();
        assertThat(again.size()).isEqualTo(2);
        again.arrive();
        for (var other : others) assertThat(isDone(other)).isTrue();
        assertThat(isDone(first)).isTrue();
    }

    @Test
    void largeGroupsAreSplit() throws Exception {
        var convoy = convoy(1);
        var first = sent(convoy, tickets(0, 1));
        var trip = next();
        var others = waiting(convoy, 3, 200);

        trip.arrive();
        var one = next();
        one.arrive();
        var other = next();
        other.arrive();

        assertThat(one.size()).isEqualTo(400);
        assertThat(other.size()).isEqualTo(200);
        assertThat(isDone(first)).isTrue();
        for (var each : others) assertThat(isDone(each)).isTrue();
    }

    @Test
    void nobodyWaitsForOthersForEver() throws Exception {
        var convoy = new Convoy(1, Duration.ofMillis(20), this::travel);
        var first = sent(convoy, tickets(0, 1));
        var trip = next();

        var second = sent(convoy, tickets(1, 1));

        assertUnavailable(second);
        assertThat(convoy.waiting()).isZero();
        trip.arrive();
        assertThat(isDone(first)).isTrue();
        assertThat(trips).isEmpty();
    }
}
