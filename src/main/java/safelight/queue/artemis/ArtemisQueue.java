package safelight.queue.artemis;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.JobId;
import safelight.queue.Counts;
import safelight.queue.JobChanged;
import safelight.queue.JobQueue;
import safelight.queue.QueueUnavailable;
import safelight.queue.SpreadQueue;
import safelight.queue.Ticket;

/// The job queue on an Artemis broker, in this process or another, by JMS. Connects at the first
/// call that needs it, and again at the next call after a failure.
public final class ArtemisQueue implements JobQueue {
    private static final Logger LOG = LoggerFactory.getLogger(ArtemisQueue.class);
    private static final Duration QUIET = Duration.ofSeconds(1);
    // Each waits for the broker's threads and for the journal; measured: fewer confirm less.
    private static final int PUBLISHING_MOST = 8;
    private static final Duration PUBLISH_WAIT = Duration.ofSeconds(30);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

    private final Lines lines;
    private final Convoy convoy;
    private final RandomGenerator random;
    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private volatile long quietUntilNanos = System.nanoTime();

    /// To the broker at `access`; `random` (thread-safe) spreads reconnections.
    public ArtemisQueue(BrokerAccess access, RandomGenerator random) {
        this.lines = new Lines(access);
        this.convoy = new Convoy(PUBLISHING_MOST, PUBLISH_WAIT, this::sendTogether);
        this.random = random;
    }

    /// To the broker at `access`, or spread over all that its address lists.
    public static JobQueue to(BrokerAccess access, RandomGenerator random) {
        var all = access.each();
        if (all.size() == 1) return new ArtemisQueue(all.getFirst(), random);
        return new SpreadQueue(
                all.stream().<JobQueue>map(a -> new ArtemisQueue(a, random)).toList(),
                random.nextInt());
    }

    @Override
    public void publish(List<Ticket> tickets) {
        if (!tickets.isEmpty()) convoy.send(tickets);
    }

    private void sendTogether(List<Ticket> tickets) {
        lines.use(
                Convoy.what(tickets),
                line -> {
                    if (tickets.size() == 1) line.sendNow(Names.JOBS, tickets.getFirst());
                    else sendAll(line, tickets);
                    return tickets;
                });
    }

    private static void sendAll(Line line, List<Ticket> tickets) throws JMSException {
        for (var ticket : tickets) line.send(Names.JOBS, ticket, 0, Duration.ZERO);
        line.commit();
    }

    @Override
    public Consumption consume() {
        return consume(Line::tickets);
    }

    @Override
    public Consumption consumeUrgent() {
        return consume(Line::urgentTickets);
    }

    private Consumption consume(ArtemisConsumption.Place place) {
        try {
            return kept(new ArtemisConsumption(lines, place, random, open::remove));
        } catch (JMSException | RuntimeException e) {
            throw new QueueUnavailable("open a consumer", e);
        }
    }

    @Override
    public Counts counts() {
        return lines.use("count its tickets", line -> line.backlog().read());
    }

    @Override
    public void exhume(JobId job) {
        lines.use("exhume job " + job, line -> exhumed(line, job));
    }

    private static int exhumed(Line line, JobId job) throws JMSException {
        var session = line.session();
        var selector = Names.JOB + " = '" + job.value() + "'";
        int found = 0;
        try (var consumer = session.createConsumer(Names.queue(Names.DEAD), selector)) {
            while (consumer.receiveNoWait() != null) found++;
            line.commit();
        }
        return found;
    }

    @Override
    public void announce(JobChanged change) {
        // While the broker is away, a job's progress must not wait for it time and again.
        if (System.nanoTime() - quietUntilNanos < 0) return;
        try {
            lines.use(
                    "announce job " + change.job(),
                    line -> {
                        line.announce(change);
                        return change;
                    });
        } catch (QueueUnavailable e) {
            quietUntilNanos = System.nanoTime() + QUIET.toNanos();
            LOG.atWarn().addKeyValue("job", change.job()).setCause(e).log("announcement lost");
        }
    }

    @Override
    public AutoCloseable listen(Set<JobChanged.Kind> kinds, Consumer<JobChanged> listener) {
        return kept(new Listening(lines, random, new Listening.Ear(kinds, listener), open::remove));
    }

    private <T extends AutoCloseable> T kept(T part) {
        open.add(part);
        if (closed) close();
        return part;
    }

    @Override
    public void close() {
        closed = true;
        var closing = Thread.ofVirtual().name("queue-close").start(this::closeAll);
        try {
            if (!closing.join(CLOSE_WAIT)) LOG.atWarn().log("queue did not close in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeAll() {
        for (var part : List.copyOf(open)) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.atWarn().setCause(e).log("queue closed with an error");
            }
        }
        lines.close();
    }
}
