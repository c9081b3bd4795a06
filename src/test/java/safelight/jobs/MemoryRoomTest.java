package safelight.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import safelight.base.Bytes;
import safelight.queue.Ticket.Lane;

class MemoryRoomTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration NOW = Duration.ZERO;

    @Test
    void jobsTogetherNeverTakeMoreThanTheBudget() throws InterruptedException {
        var room = new MemoryRoom(Bytes.mebi(100));
        var chance = new Random(4);
        var taken = new AtomicLong();
        var most = new AtomicLong();
        var sizes = chance.ints(400, 1, 101).toArray();

        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int size : sizes)
                tasks.execute(() -> {
                    try (var _ = room.take(Lane.BULK, Bytes.mebi(size), LONG)) {
                        most.accumulateAndGet(taken.addAndGet(size), Math::max);
                        Thread.yield();
                        taken.addAndGet(-size);
                    }
                });
        }

        assertThat(most.get()).isBetween(1L, 100L);
        assertThat(taken.get()).isZero();
    }

    @Test
    void largerThanTheBudgetIsRefusedForGood() {
        var room = new MemoryRoom(Bytes.mebi(10));

        assertThatThrownBy(() -> room.take(Lane.BULK, new Bytes((10L << 20) + 1), LONG))
                .isInstanceOfSatisfying(
                        JobFailure.TooLarge.class,
                        e -> assertThat(e.problem().retryable()).isFalse());
    }

    @Test
    void withoutRoomTheJobComesAgain() {
        var room = new MemoryRoom(Bytes.mebi(10));
        try (var _ = room.take(Lane.BULK, Bytes.mebi(8), LONG)) {
            assertThatThrownBy(() -> room.take(Lane.BULK, Bytes.mebi(3), NOW))
                    .isInstanceOfSatisfying(
                            JobFailure.NoRoom.class,
                            e -> assertThat(e.problem().retryable()).isTrue());
        }

        room.take(Lane.BULK, Bytes.mebi(10), NOW).close();
    }

    /// Small ones keep coming, each before the last one is done; without turns there would never be
    /// room for a large one.
    @Test
    void largeJobIsNotStarvedBySmallOnes() throws InterruptedException {
        var room = new MemoryRoom(Bytes.mebi(10));
        var large = new CountDownLatch(1);
        var done = new AtomicBoolean();

        try (var tasks = Executors.newFixedThreadPool(5)) {
            for (int i = 0; i < 4; i++)
                tasks.execute(() -> {
                    var mine = room.take(Lane.BULK, Bytes.mebi(2), LONG);
                    while (!done.get()) {
                        mine.close();
                        mine = room.take(Lane.BULK, Bytes.mebi(2), LONG);
                    }
                    mine.close();
                });
            tasks.execute(() -> {
                try (var _ = room.take(Lane.BULK, Bytes.mebi(10), LONG)) {
                    large.countDown();
                }
            });
            boolean served = large.await(LONG.toSeconds(), TimeUnit.SECONDS);
            done.set(true);

            assertThat(served).isTrue();
        }
    }
}
