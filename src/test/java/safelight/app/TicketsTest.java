package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.Bytes;
import safelight.base.HandClock;
import safelight.base.InstanceId;
import safelight.base.JobId;
import safelight.base.PhotoId;
import safelight.catalog.CatalogUnavailable;
import safelight.catalog.Job;
import safelight.catalog.Photo;
import safelight.catalog.Samples;
import safelight.imaging.Limits;
import safelight.jobs.CarryOut;
import safelight.jobs.JobSettings;
import safelight.observe.Meters;
import safelight.queue.Counts;
import safelight.queue.JobQueue;
import safelight.queue.QueueUnavailable;
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

    private static final Duration SOON = Duration.ofSeconds(60);

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

    /// The broker was away, so the ticket is handed out again while the first run goes on, which
    /// cannot end it any more. Should that run's worker die now, this is the job's only ticket.
    @Test
    void secondOneOfAJobInHandHereStaysAndDisturbsNobody() throws Exception {
        var settings = BrokerSettings.at(folder.resolve("queue"), 0, new SecureRandom());
        var core = new HeldCore();
        var broker = ArtemisBroker.start(settings);
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor();
                var storage = storage();
                var queue = new ArtemisQueue(broker.overTcp(), new SecureRandom());
                var consumption = queue.consume()) {
            var job = accepted(storage);
            queue.publish(List.of(new Ticket(job.id(), Ticket.Lane.NORMAL, "request")));
            var work = carryOut(storage, queue);
            var first = consumption.take(SOON).orElseThrow();
            var run = tasks.submit(() -> work.carryOut(first, core));
            assertThat(core.isAskedFor.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            var running = storage.jobs().find(job.id());
            broker.close();

            try (var later = ArtemisBroker.start(settings);
                    var again = new ArtemisQueue(later.overTcp(), new SecureRandom());
                    var others = again.consume()) {
                work.carryOut(others.take(SOON).orElseThrow(), NO_CORE);
                assertThat(again.counts().scheduled()).isEqualTo(1);

                carryOut(storage, again).carryOut(others.take(SOON).orElseThrow(), NO_CORE);
                assertThat(again.counts().scheduled()).isEqualTo(1);
                assertThat(storage.jobs().find(job.id())).isEqualTo(running);

                core.mayBeTaken.countDown();
                assertThatThrownBy(() -> run.get(SOON.toSeconds(), TimeUnit.SECONDS))
                        .hasCauseInstanceOf(QueueUnavailable.class);
                assertThat(storage.jobs().find(job.id()).orElseThrow().status().state())
                        .isEqualTo(Job.State.SUCCEEDED);
            }
        } finally {
            broker.close();
        }
    }

    /// Keeps a job in hand.
    private static final class HeldCore implements CarryOut.Core {
        private final CountDownLatch isAskedFor = new CountDownLatch(1);
        private final CountDownLatch mayBeTaken = new CountDownLatch(1);

        @Override
        public void take() {
            isAskedFor.countDown();
            try {
                if (!mayBeTaken.await(SOON.toSeconds(), TimeUnit.SECONDS))
                    throw new AssertionError("never released");
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void giveBack() {}
    }

    private Job accepted(Storage storage) throws IOException {
        var account = samples.account("a@example.org").id();
        var bytes = Client.jpeg(64, 48, 1);
        try (var staged =
                storage.blobs().stage(new ByteArrayInputStream(bytes), new Bytes(bytes.length))) {
            staged.keep();
            var photo =
                    new Photo(
                            new PhotoId(samples.id()),
                            account,
                            staged.digest(),
                            "jpeg",
                            64,
                            48,
                            bytes.length,
                            "a.jpg",
                            Optional.empty(),
                            clock.instant(),
                            new Photo.Frames(1, 1));
            storage.photos().add(photo);
            var order =
                    new Job.Order(
                            account,
                            photo.id(),
                            "blur?sigma=2>jpeg?quality=80",
                            Job.Purpose.EDIT,
                            Job.Priority.NORMAL,
                            Optional.empty(),
                            "request",
                            "us-east",
                            clock.instant());
            var job = Job.accepted(new JobId(samples.id()), order.weighing(Samples.WEIGHT));
            storage.jobs().accept(job, 100);
            return job;
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
