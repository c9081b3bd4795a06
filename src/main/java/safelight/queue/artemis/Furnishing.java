package safelight.queue.artemis;

import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import java.util.List;
import org.apache.activemq.artemis.api.core.ActiveMQAddressExistsException;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQQueueExistsException;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the queues and the topic that a broker does not have yet: one that was not configured for
/// Safelight, or that lost its disk. Several clients may do so at once.
final class Furnishing {
    private static final Logger LOG = LoggerFactory.getLogger(Furnishing.class);

    private final ClientSession session;
    private final String user;

    /// Over this session, whose user is to be named if something is not allowed.
    Furnishing(ClientSession session, String user) {
        this.session = session;
        this.user = user;
    }

    /// Everything is there when this returns.
    ///
    /// @throws JMSException with a sentence for the operator, if something is missing and may not
    ///   be made, or is there and would lose tickets
    void complete() throws JMSException {
        for (var name : List.of(Names.JOBS, Names.DEAD)) queue(name);
        topic(Names.EVENTS);
    }

    private void queue(String name) throws JMSException {
        try {
            var found = session.queueQuery(SimpleString.of(name));
            if (!found.isExists()) makeQueue(name);
            else if (!found.isDurable() || found.getRoutingType() != RoutingType.ANYCAST)
                throw new InvalidDestinationException(
                        "The broker's queue "
                                + name
                                + " is not durable and anycast, so tickets would be lost. Delete it"
                                + " there, and Safelight makes another.");
        } catch (ActiveMQException e) {
            throw failed(name, "createAddress and createDurableQueue", e);
        }
    }

    private void makeQueue(String name) throws ActiveMQException {
        address(name, RoutingType.ANYCAST);
        try {
            session.createQueue(
                    QueueConfiguration.of(name)
                            .setAddress(name)
                            .setRoutingType(RoutingType.ANYCAST)
                            .setDurable(true)
                            .setAutoDelete(false));
            LOG.atInfo().addKeyValue("queue", name).log("queue made on the broker");
        } catch (ActiveMQQueueExistsException e) {
            LOG.atDebug().addKeyValue("queue", name).setCause(e).log("another one made it");
        }
    }

    private void topic(String name) throws JMSException {
        try {
            address(name, RoutingType.MULTICAST);
        } catch (ActiveMQException e) {
            throw failed(name, "createAddress", e);
        }
    }

    private void address(String name, RoutingType type) throws ActiveMQException {
        if (session.addressQuery(SimpleString.of(name)).isExists()) return;
        try {
            session.createAddress(SimpleString.of(name), type, false);
        } catch (ActiveMQAddressExistsException e) {
            LOG.atDebug().addKeyValue("address", name).setCause(e).log("another one made it");
        }
    }

    private JMSException failed(String name, String permissions, ActiveMQException cause) {
        if (!(cause instanceof ActiveMQSecurityException))
            return new JMSException(cause.getMessage(), null, cause);
        return new JMSSecurityException(
                "The broker has no %s, and %s may not make it. Make it there, or grant %s. %s"
                        .formatted(name, user, permissions, cause.getMessage()));
    }
}
