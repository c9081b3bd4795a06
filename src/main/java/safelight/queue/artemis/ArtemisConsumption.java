package safelight.queue.artemis;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Backoff;
import safelight.base.JobId;
import safelight.queue.JobQueue;
import safelight.queue.QueueUnavailable;
import safelight.queue.Ticket;

/// One consumer on a line of its own: a ticket is taken, and ended by the commit of the session it
/// came by. One thread takes; another may close.
final class ArtemisConsumption implements JobQueue.Consumption {
    private static final Logger LOG = LoggerFactory.getLogger(ArtemisConsumption.class);
    private static final Backoff BACKOFF =
            new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2));
    // How much earlier than asked a wait may end, clocks being what they are.
    private static final Duration SLACK = Duration.ofMillis(20);

    private final Lines lines;
    private final Place place;
    private final RandomGenerator random;
    private final Consumer<AutoCloseable> onClose;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable Seat seat;
    private @Nullable InHand held;
    private int failures;

    /// A line and the consumer on it.
    private record Seat(Line line, MessageConsumer consumer) {}

    /// Which tickets come to a line.
    interface Place {
        MessageConsumer on(Line line) throws JMSException;
    }

    ArtemisConsumption(
            Lines lines, Place place, RandomGenerator random, Consumer<AutoCloseable> onClose)
            throws JMSException {
        this.lines = lines;
        this.place = place;
        this.random = random;
        this.onClose = onClose;
        this.seat = sit(lines, place);
    }

    @Override
    public Optional<JobQueue.Delivery> take(Duration wait) {
        if (held != null) throw new IllegalStateException("a ticket is still in hand: " + held);
        try {
            if (isClosed() || paused(wait)) return Optional.empty();
            var now = seated();
            var message = received(now.consumer(), wait);
            failures = 0;
            return message.isEmpty() ? Optional.empty() : handed(now.line(), message.get());
        } catch (JMSException | RuntimeException e) {
            return lost("hand out a ticket", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueueUnavailable("hand out a ticket", e);
        }
    }

    @Override
    public void close() {
        closing.countDown();
        var last = seat;
        if (last != null) last.line().close();
        onClose.accept(this);
    }

    private boolean isClosed() {
        return closing.getCount() == 0;
    }

    /// After a failure, waits before the next try; true if this was closed meanwhile.
    private boolean paused(Duration wait) throws InterruptedException {
        if (failures == 0) return false;
        long pauseMs = BACKOFF.delay(failures, random).toMillis();
        long mostMs = Math.max(wait.toMillis(), BACKOFF.first().toMillis());
        return closing.await(Math.min(pauseMs, mostMs), TimeUnit.MILLISECONDS);
    }

    private Seat seated() throws JMSException {
        var now = seat;
        if (now != null && !now.line().isBroken()) return now;
        leave();
        now = sit(lines, place);
        seat = now;
        if (isClosed()) now.line().close();
        return now;
    }

    private static Seat sit(Lines lines, Place place) throws JMSException {
        var line = lines.open();
        try {
            return new Seat(line, place.on(line));
        } catch (JMSException | RuntimeException e) {
            line.close();
            throw e;
        }
    }

    private void leave() {
        var last = seat;
        seat = null;
        held = null;
        if (last != null) last.line().close();
    }

    private Optional<Message> received(MessageConsumer consumer, Duration wait)
            throws JMSException {
        long millis = wait.toMillis();
        if (millis <= 0) return Optional.ofNullable(consumer.receiveNoWait());
        long startNanos = System.nanoTime();
        var message = Optional.ofNullable(consumer.receive(millis));
        var waited = Duration.ofNanos(System.nanoTime() - startNanos);
        // A receive that ends early and empty has lost its connection; JMS does not say so.
        if (message.isEmpty() && waited.plus(SLACK).compareTo(wait) < 0)
            throw new JMSException("the connection is gone");
        return message;
    }

    private Optional<JobQueue.Delivery> handed(Line line, Message message) throws JMSException {
        try {
            var ticket =
                    new Ticket(
                            new JobId(text(message, Names.JOB)),
                            Ticket.Lane.valueOf(text(message, Names.LANE)),
                            text(message, Names.REQUEST));
            int count =
                    message.getIntProperty(Names.DELIVERIES)
                            + (message.propertyExists(Names.HANDED)
                                    ? message.getIntProperty(Names.HANDED)
                                    : 0);
            var delivery = new InHand(line, ticket, count);
            held = delivery;
            return Optional.of(delivery);
        } catch (IllegalArgumentException e) {
            LOG.atWarn().setCause(e).log("message on the job queue is no ticket, dropped");
            line.commit();
            return Optional.empty();
        }
    }

    private static String text(Message message, String property) throws JMSException {
        return Optional.ofNullable(message.getStringProperty(property)).orElse("");
    }

    private <T> Optional<T> lost(String what, Exception cause) {
        leave();
        Interrupts.restore(cause);
        if (isClosed()) return Optional.empty();
        failures++;
        throw new QueueUnavailable(what, cause);
    }

    /// The ticket in hand, until one of its methods was called.
    private final class InHand implements JobQueue.Delivery {
        private final Line line;
        private final Ticket ticket;
        private final int count;

        InHand(Line line, Ticket ticket, int count) {
            this.line = line;
            this.ticket = ticket;
            this.count = count;
        }

        @Override
        public Ticket ticket() {
            return ticket;
        }

        @Override
        public int count() {
            return count;
        }

        @Override
        public void acknowledge() {
            end("acknowledge", () -> {});
        }

        @Override
        public void retry(Duration delay) {
            end("retry", () -> line.send(Names.JOBS, ticket, count, delay));
        }

        @Override
        public void putOff(Duration delay) {
            end("put off", () -> line.send(Names.JOBS, ticket, count - 1, delay));
        }

        @Override
        public void putOffAsNew(Duration delay) {
            end("put off", () -> line.send(Names.JOBS, ticket, 0, delay));
        }

        @Override
        public void bury() {
            end("bury", () -> line.send(Names.DEAD, ticket, count, Duration.ZERO));
        }

        /// What is sent and the ticket's leaving are one transaction.
        private void end(String verb, Step step) {
            if (held != this) throw new IllegalStateException("not in hand: " + this);
            held = null;
            try {
                step.run();
                line.commit();
            } catch (JMSException | RuntimeException e) {
                leave();
                failures++;
                Interrupts.restore(e);
                throw new QueueUnavailable(verb + " job " + ticket.job(), e);
            }
        }

        @Override
        public String toString() {
            return ticket + ", delivery " + count;
        }
    }

    private interface Step {
        void run() throws JMSException;
    }
}
