package safelight.queue.artemis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.AccountId;
import safelight.base.JobId;
import safelight.queue.JobChanged;
import safelight.queue.JobQueue;
import safelight.queue.JobQueueContract;
import safelight.queue.SpreadQueue;
import safelight.queue.Ticket;

/// The contract over two brokers at once, by TCP, and what two are for: either may be lost.
class SpreadQueueTest extends JobQueueContract {
    private static final int TICKETS = 20;

    @TempDir Path folder;

    private final List<JobQueue> queues = new ArrayList<>();
    private final BrokerSettings[] settings = new BrokerSettings[2];
    private final ArtemisBroker[] brokers = new ArtemisBroker[2];

    @BeforeEach
    void start() {
        var random = new SecureRandom();
        settings[0] = BrokerSettings.at(folder.resolve("a"), 0, random);
        settings[1] = BrokerSettings.at(folder.resolve("b"), 0, random);
        startBroker();
        for (int i = 0; i < 2; i++) settings[i] = settings[i].on(brokers[i].port());
    }

    @AfterEach
    void stop() {
        queues.forEach(JobQueue::close);
        stopBroker();
    }

    @Override
    protected JobQueue connect() {
        var queue =
                new SpreadQueue(
                        List.of(
                                new ArtemisQueue(brokers[0].overTcp(), new SecureRandom()),
                                new ArtemisQueue(brokers[1].overTcp(), new SecureRandom())),
                        0);
        queues.add(queue);
        return queue;
    }

    private JobQueue alone(int index) {
        var queue = new ArtemisQueue(brokers[index].overTcp(), new SecureRandom());
        queues.add(queue);
        return queue;
    }

    @Override
    protected void stopBroker() {
        for (var broker : brokers) broker.close();
    }

    @Override
    protected void startBroker() {
        for (int i = 0; i < 2; i++) brokers[i] = ArtemisBroker.start(settings[i]);
    }

    private List<Ticket> published(JobQueue queue) {
        var tickets =
                IntStream.range(0, TICKETS).mapToObj(_ -> ticket(Ticket.Lane.NORMAL)).toList();
        for (var ticket : tickets) queue.publish(List.of(ticket));
        return tickets;
    }

    private static Set<JobId> ids(List<Ticket> tickets) {
        return tickets.stream().map(Ticket::job).collect(Collectors.toSet());
    }

    /// Takes until all of these came.
    private static void takeAll(JobQueue queue, Set<JobId> wanted) {
        var missing = new HashSet<>(wanted);
        try (var consumption = queue.consume()) {
            while (!missing.isEmpty()) {
                var delivery = takeWhenBack(consumption).orElseThrow();
                missing.remove(delivery.ticket().job());
                delivery.acknowledge();
            }
        }
    }

    @Test
    void bothBrokersGetTheirShareAndAllIsTaken() {
        var queue = connect();
        var tickets = published(queue);

        assertThat(alone(0).counts().ready()).isEqualTo(TICKETS / 2);
        assertThat(alone(1).counts().ready()).isEqualTo(TICKETS / 2);
        assertThat(queue.counts().alive()).isEqualTo(TICKETS);
        takeAll(queue, ids(tickets));
        assertThat(queue.counts().alive()).isZero();
    }

    @Test
    void eitherBrokerMayBeLostAndItsTicketsComeWhenItIsBack() {
        for (int lost = 0; lost < 2; lost++) {
            var queue = connect();
            try (var consumption = queue.consume()) {
                assertThat(consumption.take(Duration.ZERO)).isEmpty();
                var before = published(queue);
                brokers[lost].close();

                var during = published(queue);

                assertThat(queue.counts().ready()).isEqualTo(TICKETS / 2 + TICKETS);
                takeAll(queue, ids(during));
                brokers[lost] = ArtemisBroker.start(settings[lost]);
                eventually(() -> queue.counts().ready() == TICKETS / 2);
                for (int i = 0; i < TICKETS / 2; i++) {
                    var delivery = takeWhenBack(consumption).orElseThrow();
                    assertThat(ids(before)).contains(delivery.ticket().job());
                    delivery.acknowledge();
                }
                assertThat(queue.counts().alive()).isZero();
            }
        }
    }

    @Test
    void announcementsAreHeardOnceWhicheverBrokerIsUp() throws Exception {
        var queue = connect();
        var heard = ConcurrentHashMap.<JobId>newKeySet();
        try (var ignored = queue.listen(change -> assertThat(heard.add(change.job())).isTrue())) {
            brokers[0].close();
            queue.counts();

            var account = new AccountId("01j0000000000000000000000a");
            var job = ticket(Ticket.Lane.NORMAL).job();
            queue.announce(new JobChanged(account, job, JobChanged.Kind.STATE, 0));

            eventually(() -> heard.contains(job));
        }
    }

    @Test
    void addressesOfSeveralAreToldApartFromOneWithABackup() {
        assertThat(new BrokerAccess("tcp://a:1, tcp://b:2", "u", "p").each())
                .extracting(BrokerAccess::url)
                .containsExactly("tcp://a:1", "tcp://b:2");
        assertThat(new BrokerAccess("(tcp://a:1,tcp://b:2)?ha=true,tcp://c:3", "u", "p").each())
                .extracting(BrokerAccess::url)
                .containsExactly("(tcp://a:1,tcp://b:2)?ha=true", "tcp://c:3");
        assertThat(new BrokerAccess("tcp://a:1", "u", "p").each()).hasSize(1);
    }
}
