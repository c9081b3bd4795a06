package safelight.queue.artemis;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
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
    private final MessageProducer questions;
    private final Queue replies;
    private final MessageConsumer answers;

    private record Question(String queue, String attribute) {}

    /// The queue for the answers lives as long as the line.
    Backlog(Line line) throws JMSException {
        this.line = line;
        var session = line.session();
        questions = session.createProducer(Names.queue(ADDRESS));
        replies = session.createTemporaryQueue();
        answers = session.createConsumer(replies);
    }

    Counts read() throws JMSException {
        for (var question : QUESTIONS) ask(question);
        line.commit();
        var found = new ArrayList<Long>();
        for (var question : QUESTIONS) found.add(answer(question));
        line.commit();
        // The broker's message count includes what is being delivered and what is scheduled.
        long ready = Math.max(0, found.get(0) - found.get(1) - found.get(2));
        var oldest = Duration.ofMillis(ready == 0 ? 0 : Math.max(0, found.get(3)));
        return new Counts(ready, found.get(1), found.get(2), found.get(4), oldest);
    }

    private void ask(Question question) throws JMSException {
        var message = line.session().createMessage();
        JMSManagementHelper.putAttribute(
                message, ResourceNames.QUEUE + question.queue(), question.attribute());
        message.setJMSReplyTo(replies);
        questions.send(message);
    }

    private long answer(Question question) throws JMSException {
        Optional<Message> reply = Optional.ofNullable(answers.receive(ANSWER_WAIT.toMillis()));
        if (reply.isEmpty()) throw new JMSException("no answer to " + question);
        var message = reply.get();
        try {
            var result = JMSManagementHelper.getResult(message);
            if (!JMSManagementHelper.hasOperationSucceeded(message))
                throw new JMSException("refused: " + question + ": " + result);
            return result instanceof Number number ? number.longValue() : 0;
        } catch (JMSException e) {
            throw e;
        } catch (Exception e) {
            throw new JMSException("unreadable answer to " + question, null, e);
        }
    }
}
