import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.apache.activemq.artemis.api.jms.ActiveMQJMSConstants;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.jms.client.ActiveMQDestination;
import safelight.base.JobId;
import safelight.queue.JobQueue;
import safelight.queue.Ticket;
import safelight.queue.artemis.ArtemisQueue;
import safelight.queue.artemis.BrokerAccess;

/// The product's queue with the product's settings. A ticket is made as large as the other side's
/// messages by what it says about its request: Artemis sends each character as two bytes, and the rest
/// of a ticket has some 200.
final class SafelightQueue implements Side {
    private static final String PADDING = "x".repeat(400);
    private static final Duration WAIT = Duration.ofMillis(200);

    private final String name;
    private final BrokerAccess access;
    private final JobQueue queue;
    private final AutoCloseable broker;
    private final AtomicLong jobs = new AtomicLong();

    SafelightQueue(String name, BrokerAccess access, AutoCloseable broker) {
        this.name = name;
        this.access = access;
        this.queue = ArtemisQueue.to(access, new SecureRandom());
        this.broker = broker;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Sender sender() {
        return stamp -> queue.publish(List.of(new Ticket(
                new JobId("%026d".formatted(jobs.incrementAndGet())), Ticket.Lane.NORMAL,
                "%020d".formatted(stamp) + PADDING)));
    }

    @Override
    public void consume(LongConsumer started, BooleanSupplier isOver) {
        try (var line = queue.consume()) {
            while (!isOver.getAsBoolean())
                line.take(WAIT).ifPresent(delivery -> {
                    started.accept(Long.parseLong(delivery.ticket().request().substring(0, 20)));
                    delivery.acknowledge();
                });
        }
    }

    /// Past the queue's port, which has no such thing.
    @Override
    public void empty() throws Exception {
        try (var factory = new ActiveMQConnectionFactory(access.url(), access.user(),
                access.password());
                var connection = factory.createConnection();
                var session = connection.createSession(ActiveMQJMSConstants.PRE_ACKNOWLEDGE);
                var consumer = session.createConsumer(ActiveMQDestination.createQueue("jobs"))) {
            connection.start();
            while (consumer.receive(WAIT.toMillis()) != null) {}
        }
    }

    @Override
    public void close() throws Exception {
        queue.close();
        broker.close();
    }
}
