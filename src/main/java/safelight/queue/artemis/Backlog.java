package safelight.queue.artemis;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.activemq.artemis.api.core.management.ResourceNames;
import org.apache.activemq.artemis.api.jms.management.JMSManagementHelper;
import safelight.queue.Counts;

/// Asks the broker, over the line, how long its queues are.
final class Backlog {
    private static final String ADDRESS = "activemq.management";
    private static final Duration ANSWER_WAIT = Duration.ofSeconds(10);
    private static final List<Question> QUESTIONS =
            List.of(
                    new Question(Names.JOBS, "messageCount"),
                    new Question(Names.JOBS, "deliveringCount"),
                    new Question(Names.JOBS, "scheduledCount"),
                    new Question(Names.JOBS, "firstMessageAge"),
                    new Question(Names.DEAD, "messageCount"));

    private final Line line;

    private record Question(String queue, String attribute) {}

    Backlog(Line line) {
        this.line = line;
    }

    Counts read() throws JMSException {
        var replies = line.session().createTemporaryQueue();
        var answers = new ArrayList<Long>();
        try (var consumer = line.session().createConsumer(replies)) {
            for (var question : QUESTIONS) ask(question, replies);
            line.commit();
            for (var question : QUESTIONS) answers.add(answer(question, consumer));
            line.commit();
        }
        replies.delete();
        // The broker's message count includes what is being delivered and what is scheduled.
        long ready = Math.max(0, answers.get(0) - answers.get(1) - answers.get(2));
        var oldest = Duration.ofMillis(ready == 0 ? 0 : Math.max(0, answers.get(3)));
        return new Counts(ready, answers.get(1), answers.get(2), answers.get(4), oldest);
    }

    private void ask(Question question, jakarta.jms.Destination replies) throws JMSException {
        var message = line.session().createMessage();
        JMSManagementHelper.putAttribute(
                message, ResourceNames.QUEUE + question.queue(), question.attribute());
        message.setJMSReplyTo(replies);
        try (var producer = line.session().createProducer(Names.queue(ADDRESS))) {
            producer.send(message);
        }
    }

    private static long answer(Question question, MessageConsumer consumer) throws JMSException {
        Optional<Message> reply = Optional.ofNullable(consumer.receive(ANSWER_WAIT.toMillis()));
        if (reply.isEmpty()) throw new JMSException("no answer to " + question);
        var message = reply.get();
        if (!JMSManagementHelper.hasOperationSucceeded(message))
            throw new JMSException("refused: " + question);
        try {
            return JMSManagementHelper.getResult(message) instanceof Number number
                    ? number.longValue()
                    : 0;
        } catch (Exception e) {
            throw new JMSException("unreadable answer to " + question, null, e);
        }
    }
}
