package safelight.queue.artemis;

import jakarta.jms.Queue;
import jakarta.jms.Topic;
import org.apache.activemq.artemis.jms.client.ActiveMQDestination;

/// What queues and message properties are called on the broker; operators see these in its tools.
final class Names {
    static final String JOBS = "jobs";
    static final String DEAD = "jobs.dead";
    static final String EVENTS = "jobs.events";

    static final String JOB = "job";
    static final String LANE = "lane";
    static final String REQUEST = "request";

    /// Hand-outs of earlier copies of the ticket: a retry sends a copy, whose own count begins
    /// anew.
    static final String HANDED = "handed";

    static final String DELIVERIES = "JMSXDeliveryCount";

    static final String ACCOUNT = "account";
    static final String KIND = "kind";
    static final String PROGRESS = "progress";

    private Names() {}

    /// Without the round trip to the broker by which a session would look it up.
    static Queue queue(String name) {
        return ActiveMQDestination.createQueue(name);
    }

    static Topic topic(String name) {
        return ActiveMQDestination.createTopic(name);
    }
}
