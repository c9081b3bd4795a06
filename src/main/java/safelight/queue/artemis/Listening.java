package safelight.queue.artemis;

import static java.util.stream.Collectors.joining;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.AccountId;
import safelight.base.Backoff;
import safelight.base.JobId;
import safelight.queue.JobChanged;

/// One subscription to the announcements, on a thread of its own that subscribes again after the
/// broker was away: a platform thread, since a virtual one that waits for a limited time wakes two
/// more, and here that is several times a job.
final class Listening implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listening.class);
    private static final Backoff BACKOFF =
            new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
    private static final Duration ROUND = Duration.ofSeconds(30);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);
    // Else the broker keeps all for a listener that hangs, unless it was told otherwise.
    private static final int WAITING_MAX = 1_000;
    // A receive that ends empty before this has lost its connection; JMS does not say so.
    private static final Duration SOON = ROUND.dividedBy(2);

    private final Lines lines;
    private final RandomGenerator random;
    private final Ear ear;
    private final Consumer<AutoCloseable> onClose;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable Line line;
    private @Nullable MessageConsumer subscription;

    /// Who hears, and of what: the broker sends nothing else.
    record Ear(Set<JobChanged.Kind> kinds, Consumer<JobChanged> listener) {
        String selector() {
            return kinds.stream()
                    .map(kind -> "'" + kind + "'")
                    .collect(joining(", ", Names.KIND + " IN (", ")"));
        }
    }

    /// Subscribed when this returns, if the broker is there.
    Listening(Lines lines, RandomGenerator random, Ear ear, Consumer<AutoCloseable> onClose) {
        this.lines = lines;
        this.random = random;
        this.ear = ear;
        this.onClose = onClose;
        try {
            subscribe();
        } catch (JMSException | RuntimeException e) {
            hangUp();
            LOG.atWarn().setCause(e).log("not subscribed yet");
        }
        this.thread = Thread.ofPlatform().daemon().name("queue-listen").start(this::run);
    }

    @Override
    public void close() {
        closing.countDown();
        hangUp();
        try {
            // The listener itself may close.
            if (Thread.currentThread() != thread && !thread.join(CLOSE_WAIT))
                LOG.atWarn().log("listener is still busy");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        onClose.accept(this);
    }

    private boolean isClosed() {
        return closing.getCount() == 0;
    }

    private void run() {
        int failures = 0;
        while (!isClosed()) {
            try {
                hear(subscription == null ? subscribe() : subscription);
                failures = 0;
            } catch (JMSException | RuntimeException e) {
                hangUp();
                subscription = null;
                if (isClosed()) return;
                failures++;
                LOG.atDebug().setCause(e).log("subscription lost");
                if (paused(BACKOFF.delay(failures, random))) return;
            }
        }
    }

    private boolean paused(Duration pause) {
        try {
            return closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private MessageConsumer subscribe() throws JMSException {
        var opened = lines.openAhead();
        line = opened;
        if (isClosed()) opened.close();
        var topic = Names.topic(Names.EVENTS + "?ring-size=" + WAITING_MAX);
        var consumer = opened.listening().createConsumer(topic, ear.selector());
        subscription = consumer;
        return consumer;
    }

    private void hangUp() {
        var last = line;
        if (last != null) last.close();
    }

    private void hear(MessageConsumer consumer) throws JMSException {
        long startNanos = System.nanoTime();
        var message = Optional.ofNullable(consumer.receive(ROUND.toMillis()));
        if (message.isEmpty()) {
            if (System.nanoTime() - startNanos < SOON.toNanos())
                throw new JMSException("the connection is gone");
            return;
        }
        tell(message.get());
    }

    private void tell(Message message) throws JMSException {
        try {
            ear.listener.accept(
                    new JobChanged(
                            new AccountId(message.getStringProperty(Names.ACCOUNT)),
                            new JobId(message.getStringProperty(Names.JOB)),
                            JobChanged.Kind.valueOf(message.getStringProperty(Names.KIND)),
                            message.getDoubleProperty(Names.PROGRESS)));
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("announcement not understood, or its listener failed");
        }
    }
}
