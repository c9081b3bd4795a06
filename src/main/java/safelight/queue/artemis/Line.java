package safelight.queue.artemis;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.time.Duration;
import org.apache.activemq.artemis.api.jms.ActiveMQJMSConstants;
import org.apache.activemq.artemis.jms.client.ActiveMQSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.queue.JobChanged;
import safelight.queue.Ticket;

/// One connection with one transacted session, and one for what goes out by itself: what a single
/// thread talks to the broker through. Only `close` and `isBroken` may be called by another.
final class Line implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Line.class);
    private static final int EVENT_PRIORITY = 4;
    private static final int URGENT = 7;

    private final Connection connection;
    private final Session session;
    private final MessageProducer producer;
    private volatile boolean broken;
    private @Nullable Backlog backlog;
    private @Nullable Direct direct;

    /// What is sent by it goes at once, without a transaction. Announcements have a producer that
    /// is bound to their topic: any other asks the broker for the topic before each, and waits.
    private record Direct(Session session, MessageProducer tickets, MessageProducer events) {
        static Direct of(Session session) throws JMSException {
            var tickets = session.createProducer(null);
            var events = session.createProducer(Names.topic(Names.EVENTS));
            tickets.setDisableMessageID(true);
            events.setDisableMessageID(true);
            return new Direct(session, tickets, events);
        }
    }

    /// Calls `onBreak` should the connection break.
    Line(ConnectionFactory factory, Runnable onBreak) throws JMSException {
        connection = factory.createConnection();
        try {
            connection.setExceptionListener(_ -> {
                broken = true;
                onBreak.run();
            });
            session = connection.createSession(Session.SESSION_TRANSACTED);
            producer = session.createProducer(null);
            producer.setDisableMessageID(true);
            connection.start();
        } catch (JMSException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    Session session() {
        return session;
    }

    /// Makes what the broker lacks, as this user.
    void furnish(String user) throws JMSException {
        new Furnishing(((ActiveMQSession) session).getCoreSession(), user).complete();
    }

    /// All tickets.
    MessageConsumer tickets() throws JMSException {
        return session.createConsumer(Names.queue(Names.JOBS));
    }

    /// Those of the interactive lane that nobody waits for at {@link #tickets}.
    MessageConsumer urgentTickets() throws JMSException {
        return session.createConsumer(
                Names.queue(Names.JOBS + "?consumer-priority=-1"), "JMSPriority >= " + URGENT);
    }

    /// Another session, to which what it receives is gone once it was sent: for announcements.
    Session listening() throws JMSException {
        return connection.createSession(ActiveMQJMSConstants.PRE_ACKNOWLEDGE);
    }

    Backlog backlog() throws JMSException {
        var known = backlog;
        if (known != null) return known;
        var made = new Backlog(this);
        backlog = made;
        return made;
    }

    boolean isBroken() {
        return broken;
    }

    /// Part of the current transaction; `handed` counts the hand-outs so far.
    void send(String queue, Ticket ticket, int handed, Duration delay) throws JMSException {
        var message = message(session, ticket, handed);
        producer.setDeliveryDelay(Math.max(0, delay.toMillis()));
        producer.send(
                Names.queue(queue), message, DeliveryMode.PERSISTENT, priority(ticket.lane()), 0);
    }

    /// At once, and durable when this returns: half of what a transaction of one message costs.
    void sendNow(String queue, Ticket ticket) throws JMSException {
        var by = direct();
        by.tickets.send(
                Names.queue(queue),
                message(by.session, ticket, 0),
                DeliveryMode.PERSISTENT,
                priority(ticket.lane()),
                0);
    }

    private static Message message(Session session, Ticket ticket, int handed) throws JMSException {
        var message = session.createMessage();
        message.setStringProperty(Names.JOB, ticket.job().value());
        message.setStringProperty(Names.LANE, ticket.lane().name());
        message.setStringProperty(Names.REQUEST, ticket.request());
        message.setIntProperty(Names.HANDED, handed);
        return message;
    }

    /// At once, and nobody waits for an answer: a round trip for each would cost more than the rest
    /// of a short job's way through the queue. It may be lost.
    void announce(JobChanged change) throws JMSException {
        var by = direct();
        var message = by.session.createMessage();
        message.setStringProperty(Names.ACCOUNT, change.account().value());
        message.setStringProperty(Names.JOB, change.job().value());
        message.setStringProperty(Names.KIND, change.kind().name());
        message.setDoubleProperty(Names.PROGRESS, change.progress());
        by.events.send(message, DeliveryMode.NON_PERSISTENT, EVENT_PRIORITY, 0);
    }

    private Direct direct() throws JMSException {
        var known = direct;
        if (known != null) return known;
        var made = Direct.of(connection.createSession(Session.AUTO_ACKNOWLEDGE));
        direct = made;
        return made;
    }

    /// Everything sent and received since the last time happens at once, durably.
    void commit() throws JMSException {
        session.commit();
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (JMSException | RuntimeException e) {
            LOG.atDebug().setCause(e).log("connection closed with an error");
        }
    }

    private static int priority(Ticket.Lane lane) {
        return switch (lane) {
            case INTERACTIVE -> URGENT;
            case NORMAL -> 4;
            case BULK -> 1;
        };
    }
}
