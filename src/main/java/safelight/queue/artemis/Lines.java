package safelight.queue.artemis;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import safelight.base.Bytes;
import safelight.queue.QueueUnavailable;

/// Opens lines to the broker and keeps a few that short calls share. Several at once, since the
/// journal flushes what concurrent senders wrote in one go. A line that failed is never used again.
final class Lines implements AutoCloseable {
    private static final int SHARED_MAX = 16;
    private static final Duration CALL_WAIT = Duration.ofSeconds(10);
    private static final Duration CONNECTION_LIFE = Duration.ofSeconds(15);
    private static final Duration PING = Duration.ofSeconds(5);
    private static final Bytes EVENTS_AHEAD = new Bytes(65_536);

    private final ActiveMQConnectionFactory one;
    private final ActiveMQConnectionFactory many;
    private final Semaphore free = new Semaphore(SHARED_MAX);
    private final ConcurrentLinkedDeque<Line> idle = new ConcurrentLinkedDeque<>();
    private final AtomicInteger breaks = new AtomicInteger();
    private final String user;
    private volatile int furnishedAfter = -1;
    private volatile boolean closed;

    /// What to do with a line; it belongs to no one else meanwhile.
    interface Use<T> {
        T with(Line line) throws JMSException;
    }

    Lines(BrokerAccess access) {
        one = factory(access, new Bytes(0));
        many = factory(access, EVENTS_AHEAD);
        user = access.user();
    }

    /// A line of the caller's own; its consumers hold one message at a time.
    Line open() throws JMSException {
        return opened(one);
    }

    /// A line of the caller's own whose consumers are sent messages ahead.
    Line openAhead() throws JMSException {
        return opened(many);
    }

    /// The first one, and the first after each break, sees to it that the broker has what it needs:
    /// it may be another, or have lost its disk.
    private Line opened(ActiveMQConnectionFactory factory) throws JMSException {
        int now = breaks.get();
        var line = new Line(factory, breaks::incrementAndGet);
        if (furnishedAfter == now) return line;
        try {
            line.furnish(user);
            furnishedAfter = now;
            return line;
        } catch (JMSException | RuntimeException e) {
            line.close();
            throw e;
        }
    }

    /// Does one short thing over a shared line; `what` is for the failure.
    <T> T use(String what, Use<T> use) {
        try {
            if (!free.tryAcquire(CALL_WAIT.toMillis(), TimeUnit.MILLISECONDS))
                throw new QueueUnavailable(what, new TimeoutException("all lines are in use"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueueUnavailable(what, e);
        }
        try {
            return over(what, use);
        } finally {
            free.release();
        }
    }

    private <T> T over(String what, Use<T> use) {
        try {
            var line = borrowed();
            try {
                var result = use.with(line);
                giveBack(line);
                return result;
            } catch (JMSException | RuntimeException e) {
                line.close();
                throw e;
            }
        } catch (JMSException | RuntimeException e) {
            closeIdle();
            breaks.incrementAndGet();
            Interrupts.restore(e);
            throw new QueueUnavailable(what, e);
        }
    }

    private Line borrowed() throws JMSException {
        if (closed) throw new jakarta.jms.IllegalStateException("the queue is closed");
        for (var line = idle.pollFirst(); line != null; line = idle.pollFirst()) {
            if (!line.isBroken()) return line;
            line.close();
        }
        return open();
    }

    private void giveBack(Line line) {
        idle.addFirst(line);
        if (closed) closeIdle();
    }

    private void closeIdle() {
        for (var line = idle.pollFirst(); line != null; line = idle.pollFirst()) line.close();
    }

    @Override
    public void close() {
        closed = true;
        closeIdle();
        one.close();
        many.close();
    }

    private static ActiveMQConnectionFactory factory(BrokerAccess access, Bytes ahead) {
        var factory = new ActiveMQConnectionFactory(access.url(), access.user(), access.password());
        factory.setConsumerWindowSize((int) ahead.count());
        factory.setBlockOnDurableSend(true);
        // Every session is transacted: its commit answers for the acknowledgements before it. A
        // blocking one would double the round trips, and wait in vain once the broker is gone.
        factory.setBlockOnAcknowledge(false);
        factory.setCallTimeout(CALL_WAIT.toMillis());
        factory.setCallFailoverTimeout(CALL_WAIT.toMillis());
        factory.setReconnectAttempts(0);
        factory.setInitialConnectAttempts(1);
        factory.setUseTopologyForLoadBalancing(false);
        if (access.url().startsWith("vm:")) return factory;
        factory.setConnectionTTL(CONNECTION_LIFE.toMillis());
        factory.setClientFailureCheckPeriod(PING.toMillis());
        return factory;
    }
}
