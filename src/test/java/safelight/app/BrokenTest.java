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
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.AccountId;
import safelight.base.HandClock;
import safelight.base.JobId;
import safelight.catalog.Acceptance;
import safelight.catalog.Job;
import safelight.catalog.JobRows;
import safelight.catalog.Samples;
import safelight.drill.Control;
import safelight.queue.JobQueue;
import safelight.queue.Ticket;
import safelight.queue.artemis.ArtemisBroker;
import safelight.queue.artemis.ArtemisQueue;
import safelight.queue.artemis.BrokerSettings;

/// Each part that a drill breaks is broken just so, and what is not taken away is the real one's.
class BrokenTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration A_WHILE = Duration.ofMillis(200);

    private final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Samples samples = new Samples(clock);

    @TempDir private Path folder;

    @Test
    void withoutUniqueKeyTheSameRequestIsAnotherJob() {
        try (var storage = storage()) {
            var account = samples.account("a@example.org").id();
            var broken = Broken.rows(Set.of(Control.UNIQUE_KEY), storage.jobs());
            accept(storage.jobs(), account);

            assertThat(accept(storage.jobs(), account)).isInstanceOf(Acceptance.Repeated.class);
            assertThat(accept(broken, account)).isInstanceOf(Acceptance.Fresh.class);
        }
    }

    @Test
    void withoutRelayTheOutboxIsNeverRead() {
        try (var storage = storage()) {
            accept(storage.jobs(), samples.accountId());

            assertThat(storage.jobs().outbox(10)).hasSize(1);
            assertThat(Broken.rows(Set.of(Control.RELAY), storage.jobs()).outbox(10)).isEmpty();
        }
    }

    @Test
    void withoutSweeperNothingIsPublishedAgain() {
        try (var storage = storage()) {
            accept(storage.jobs(), samples.accountId());
            var jobs = storage.jobs().outbox(10).stream().map(Job::id).toList();
            storage.jobs().dispatched(jobs, clock.instant());
            clock.advance(SOON);

            var broken = Broken.rows(Set.of(Control.SWEEPER), storage.jobs());

            assertThat(broken.requeueStale(clock.instant(), 10)).isZero();
            assertThat(broken.inQueue()).isEqualTo(1);
            assertThat(storage.jobs().requeueStale(clock.instant(), 10)).isEqualTo(1);
        }
    }

    @Test
    void withoutAcknowledgementATicketInHandIsGone() {
        assertThat(takenAndLeft(Set.of(Control.ACKNOWLEDGEMENT))).isEmpty();
        assertThat(takenAndLeft(Set.of())).isPresent();
    }

    @Test
    void withoutDeadLettersATicketThatComesBackIsDestroyed() {
        assertThat(takenAndLeft(Set.of(Control.DEAD_LETTERS))).isEmpty();
    }

    @Test
    void brokenMainRunsOnNoFolderButAMarkedOne() {
        var arguments = new String[] {"web", "--data", folder.toString()};

        assertThatThrownBy(() -> DrillMain.main(arguments))
                .hasMessageContaining("only a drill starts this");
    }

    /// What the next worker gets after one went away with its ticket in hand.
    private Optional<JobQueue.Delivery> takenAndLeft(Set<Control> without) {
        var journal = folder.resolve("queue" + without);
        try (var broker = ArtemisBroker.start(BrokerSettings.at(journal, 0, new SecureRandom()));
                var queue =
                        Broken.queue(
                                without, new ArtemisQueue(broker.inside(), new SecureRandom()))) {
            queue.publish(
                    List.of(new Ticket(new JobId(samples.id()), Ticket.Lane.NORMAL, "request")));
            try (var first = queue.consume()) {
                assertThat(first.take(SOON)).isPresent();
            }
            try (var second = queue.consume()) {
                return second.take(without.isEmpty() ? SOON : A_WHILE);
            }
        }
    }

    private Acceptance accept(JobRows rows, AccountId account) {
        return rows.accept(samples.keyed(account, "key", "fingerprint"), 100);
    }

    private Storage storage() {
        var options = Map.of("data", folder.toString());
        return Storage.open(Config.read(Optional.empty(), Map.of(), options), true, clock);
    }
}
