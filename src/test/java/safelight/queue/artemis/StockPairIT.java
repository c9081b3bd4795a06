package safelight.queue.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.JobId;
import safelight.base.Ulids;
import safelight.queue.JobQueue;
import safelight.queue.QueueUnavailable;
import safelight.queue.Ticket;

/// A live Artemis and its backup, as one address.
class StockPairIT {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final Duration A_BLINK = Duration.ofMillis(50);
    private static final int TICKETS = 20;

    private final Ulids ulids = new Ulids(Clock.systemUTC(), new SecureRandom());

    @TempDir private Path folder;

    @Test
    void backupGoesOnWithTheTicketsOfTheKilledOne() throws Exception {
        var pair = StockBroker.pairIn(folder);
        try (var live = pair.getFirst();
                var backup = pair.getLast()) {
            live.start();
            backup.startAsBackup();
            var user = live.access(StockBroker.USER);
            var url = "(%s,%s)?ha=true".formatted(user.url(), backup.access("").url());
            var access = new BrokerAccess(url, user.user(), user.password());
            try (var queue = ArtemisQueue.to(access, new SecureRandom());
                    var consumption = queue.consume()) {
                var before = tickets();
                queue.publish(before);
                var held = consumption.take(SOON).orElseThrow();

                live.kill();

                assertThatThrownBy(held::acknowledge).isInstanceOf(QueueUnavailable.class);
                var after = tickets();
                eventually(() -> published(queue, after));
                var all = new HashSet<JobId>();
                Stream.of(before, after).flatMap(List::stream).map(Ticket::job).forEach(all::add);
                eventually(() -> {
                    taken(consumption).ifPresent(all::remove);
                    return all.isEmpty();
                });
            }
        }
    }

    private List<Ticket> tickets() {
        return IntStream.range(0, TICKETS)
                .mapToObj(_ -> new Ticket(new JobId(ulids.next()), Ticket.Lane.NORMAL, ""))
                .toList();
    }

    private static void eventually(BooleanSupplier claim) {
        long endNanos = System.nanoTime() + SOON.toNanos();
        while (!claim.getAsBoolean())
            assertThat(System.nanoTime()).as("deadline").isLessThan(endNanos);
    }

    private static boolean published(JobQueue queue, List<Ticket> tickets) {
        try {
            queue.publish(tickets);
            return true;
        } catch (QueueUnavailable e) {
            LockSupport.parkNanos(A_BLINK.toNanos());
            return false;
        }
    }

    private static Optional<JobId> taken(JobQueue.Consumption consumption) {
        try {
            var found = consumption.take(Duration.ofSeconds(1));
            found.ifPresent(JobQueue.Delivery::acknowledge);
            return found.map(delivery -> delivery.ticket().job());
        } catch (QueueUnavailable e) {
            return Optional.empty();
        }
    }
}
