package safelight.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import safelight.base.Waiting;
import safelight.queue.Ticket.Lane;

class LaneSemaphoreTest {
    private static final Duration NOW = Duration.ZERO;
    private static final Duration LONG = Duration.ofSeconds(60);

    private final LaneSemaphore semaphore = new LaneSemaphore(1);
    private final BlockingQueue<Lane> order = new LinkedBlockingQueue<>();

    @Test
    void moreUrgentLaneIsServedFirst() throws InterruptedException {
        semaphore.take(Lane.BULK);
        begin(Lane.BULK);
        begin(Lane.NORMAL);
        begin(Lane.INTERACTIVE);

        assertThat(served()).isEqualTo(Lane.INTERACTIVE);
        assertThat(served()).isEqualTo(Lane.NORMAL);
        assertThat(served()).isEqualTo(Lane.BULK);
    }

    @Test
    void nobodyIsPassedForEver() throws InterruptedException {
        semaphore.take(Lane.BULK);
        begin(Lane.BULK);
        int more = 2 * LaneSemaphore.PASSED_MOST + 2;
        for (int i = 0; i < more; i++) begin(Lane.INTERACTIVE);

        var seen = new ArrayList<Lane>();
        for (int i = 0; i <= more; i++) seen.add(served());

        assertThat(seen.indexOf(Lane.BULK)).isBetween(1, 2 * LaneSemaphore.PASSED_MOST);
    }

    @Test
    void whoWantsManyIsNotPassedByThoseWhoWantFew() throws InterruptedException {
        var wide = new LaneSemaphore(3);
        assertThat(wide.take(Lane.BULK, 2, NOW)).isTrue();
        var many = thread(() -> taken(wide, Lane.BULK, 3));

        assertThat(wide.take(Lane.BULK, 1, NOW)).isFalse();

        wide.giveBack(2);
        assertThat(order.poll(30, TimeUnit.SECONDS)).isEqualTo(Lane.BULK);
        many.join();
        assertThat(wide.take(Lane.BULK, 1, NOW)).isFalse();
    }

    @Test
    void whoGivesUpHoldsNobodyUp() throws InterruptedException {
        var wide = new LaneSemaphore(3);
        assertThat(wide.take(Lane.BULK, 2, NOW)).isTrue();
        var many = thread(() -> taken(wide, Lane.BULK, 3));
        thread(() -> taken(wide, Lane.BULK, 1));

        many.interrupt();

        assertThat(order.poll(30, TimeUnit.SECONDS)).isEqualTo(Lane.BULK);
        many.join();
        assertThat(order).isEmpty();
    }

    @Test
    void interruptedOneTakesNothing() throws InterruptedException {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> semaphore.take(Lane.BULK, 1, LONG))
                .isInstanceOf(InterruptedException.class);

        assertThat(semaphore.take(Lane.BULK, 1, NOW)).isTrue();
    }

    private void taken(LaneSemaphore from, Lane lane, int permits) {
        try {
            if (from.take(lane, permits, LONG)) order.add(lane);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Lane served() throws InterruptedException {
        semaphore.giveBack(1);
        return order.poll(30, TimeUnit.SECONDS);
    }

    /// Returns once somebody of this lane waits.
    private void begin(Lane lane) {
        thread(() -> {
            semaphore.take(lane);
            order.add(lane);
        });
    }

    private static Thread thread(Runnable task) {
        var thread = Thread.ofPlatform().daemon().start(task);
        Waiting.until(() ->
                thread.getState() == Thread.State.WAITING
                        || thread.getState() == Thread.State.TIMED_WAITING);
        return thread;
    }
}
