package safelight.queue.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.queue.JobQueue;
import safelight.queue.JobQueueContract;
import safelight.queue.QueueUnavailable;
import safelight.queue.Ticket;

/// The contract over an embedded broker, inside the process.
class ArtemisQueueTest extends JobQueueContract {
    private static final Duration A_WHILE = Duration.ofSeconds(2);

    @TempDir Path folder;

    private final List<JobQueue> queues = new ArrayList<>();
    private BrokerSettings settings;
    ArtemisBroker broker;

    BrokerAccess access() {
        return broker.inside();
    }

    @BeforeEach
    void start() {
        settings = BrokerSettings.at(folder, 0, new SecureRandom());
        startBroker();
        settings = settings.on(broker.port());
    }

    @AfterEach
    void stop() {
        queues.forEach(JobQueue::close);
        stopBroker();
    }

    @Override
    protected JobQueue connect() {
        return connect(access());
    }

    private JobQueue connect(BrokerAccess access) {
        var queue = new ArtemisQueue(access, new SecureRandom());
        queues.add(queue);
        return queue;
    }

    @Override
    protected void stopBroker() {
        broker.close();
    }

    @Override
    protected void startBroker() {
        broker = ArtemisBroker.start(settings);
    }

    @Test
    void urgentTicketsGoFirstToThoseWhoTakeAll() throws Exception {
        var queue = connect();
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor();
                var all = queue.consume()) {
            for (int i = 0; i < 3; i++) {
                var urgent = queue.consumeUrgent();
                var full = tasks.submit(() -> urgent.take(SOON));
                var free = tasks.submit(() -> all.take(SOON).orElseThrow());
                // nothing tells that the broker knows of both
                LockSupport.parkNanos(A_WHILE.toNanos());

                queue.publish(List.of(ticket(Ticket.Lane.INTERACTIVE)));

                free.get(SOON.toMillis(), TimeUnit.MILLISECONDS).acknowledge();
                urgent.close();
                assertThat(full.get(SOON.toMillis(), TimeUnit.MILLISECONDS)).isEmpty();
            }
        }
    }

    @Test
    void wrongPasswordIsRefused() {
        for (var wrong :
                List.of(
                        new BrokerAccess(access().url(), "safelight", "wrong"),
                        new BrokerAccess(access().url(), "someone", settings.password()),
                        new BrokerAccess(
                                access().url(), "ACTIVEMQ.CLUSTER.ADMIN.USER", "CHANGE ME!!")))
            assertThatThrownBy(() -> connect(wrong).publish(List.of(ticket(Ticket.Lane.NORMAL))))
                    .isInstanceOf(QueueUnavailable.class);
    }

    @Test
    void textFormsKeepThePassword() {
        assertThat(access() + " " + broker.overTcp() + settings)
                .doesNotContain(settings.password());
    }

    @Test
    void healthEndsWithTheBroker() {
        assertThat(broker.isHealthy()).isTrue();

        broker.close();

        assertThat(broker.isHealthy()).isFalse();
        broker.close();
    }

    @Test
    void takenPortAndTakenFolderAreRefused() {
        var samePort =
                BrokerSettings.at(folder.resolve("other"), broker.port(), new SecureRandom());
        assertThatThrownBy(() -> ArtemisBroker.start(samePort))
                .isInstanceOf(QueueUnavailable.class);
        var sameFolder = BrokerSettings.at(folder, 0, new SecureRandom());
        assertThatThrownBy(() -> ArtemisBroker.start(sameFolder))
                .isInstanceOf(QueueUnavailable.class);
        assertThat(broker.isHealthy()).isTrue();
    }
}
