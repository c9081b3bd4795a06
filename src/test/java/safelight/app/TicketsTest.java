package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.Bytes;
import safelight.base.HandClock;
import safelight.base.InstanceId;
import safelight.base.JobId;
import safelight.catalog.CatalogUnavailable;
import safelight.catalog.Job;
import safelight.catalog.Samples;
import safelight.imaging.Limits;
import safelight.jobs.CarryOut;
import safelight.jobs.JobSettings;
import safelight.observe.Meters;
import safelight.queue.Counts;
import safelight.queue.JobQueue;
import safelight.queue.Ticket;
import safelight.queue.artemis.ArtemisBroker;
import safelight.queue.artemis.ArtemisQueue;
import safelight.queue.artemis.BrokerSettings;

/// Tickets of jobs that cannot be done now.
class TicketsTest {
    /// A ticket that is put off is to need none.
    private static final CarryOut.Core NO_CORE =
            new CarryOut.Core() {
                @Override
                public void take() {
                    throw new AssertionError("took a core");
                }

                @Override
                public void giveBack() {
                    throw new AssertionError("gave a core back");
                }
            };

    private static final Duration SOON = Duration.ofSeconds(10);

    private final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Samples samples = new Samples(clock);

    @TempDir private Path folder;

    @Test
    void secondOneOfAJobInOtherHandsIsPutOffAndCostsTheJobNothing() {
        var settings = BrokerSettings.at(folder.resolve("queue"), 0, new SecureRandom());
        try (var storage = storage();
                var broker = ArtemisBroker.start(settings);
                var queue = new ArtemisQueue(broker.inside(), new SecureRandom());
                var consumption = queue.consume()) {
            var job = runningElsewhere(storage);
            queue.publish(List.of(new Ticket(job.id(), Ticket.Lane.NORMAL, "request")));
            var delivery = consumption.take(SOON).orElseThrow();
            assertThat(delivery.count()).isEqualTo(1);

            carryOut(storage, queue).carryOut(delivery, NO_CORE);

            assertThat(queue.counts()).isEqualTo(new Counts(0, 0, 1, 0, Duration.ZERO));
            assertThat(storage.jobs().find(job.id())).contains(job);
        }
    }

    /// Handed out again at once, it would be a dead letter before the catalog is back.
    @Test
    void comesAgainInAMomentIfTheCatalogIsAway() {
        var settings = BrokerSettings.at(folder.resolve("queue"), 0, new SecureRandom());
        var storage = storage();
        try (var broker = ArtemisBroker.start(settings);
                var queue = new ArtemisQueue(broker.inside(), new SecureRandom());
                var consumption = queue.consume()) {
            var ticket = new Ticket(new JobId(samples.id()), Ticket.Lane.NORMAL, "request");
            queue.publish(List.of(ticket));
            var delivery = consumption.take(SOON).orElseThrow();
            var work = carryOut(storage, queue);
            storage.close();

            assertThatThrownBy(() -> work.carryOut(delivery, NO_CORE))
                    .isInstanceOf(CatalogUnavailable.class);

            assertThat(queue.counts().alive()).isEqualTo(1);
            var again = consumption.take(SOON).orElseThrow();
            assertThat(again.ticket()).isEqualTo(ticket);
            assertThat(again.count()).isEqualTo(2);
        } finally {
            storage.close();
        }
    }

    private Job runningElsewhere(Storage storage) {
        var account = samples.account("a@example.org").id();
        var job = samples.keyed(account, "key", "fingerprint");
        storage.jobs().accept(job, 100);
        return storage.jobs().advance(samples.running(job, "another")).orElseThrow();
    }

    private CarryOut carryOut(Storage storage, JobQueue queue) {
        return new CarryOut(
                new CarryOut.Parts(
                        storage.jobs(),
                        storage.photos(),
                        storage.accounts(),
                        storage.blobs(),
                        queue,
                        Plugs.REAL.darkroom().get(),
                        JobSettings.DEFAULT,
                        Limits.DEFAULT,
                        new InstanceId(samples.id()),
                        1,
                        new Bytes(1L << 30),
                        _ -> false,
                        new Meters(),
                        clock,
                        new SecureRandom(),
                        () -> {
                            throw new IllegalStateException("the process is not to end");
                        }));
    }

    private Storage storage() {
        var options = Map.of("data", folder.toString());
        return Storage.open(Config.read(Optional.empty(), Map.of(), options), true, clock);
    }
}
