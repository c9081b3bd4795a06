package safelight.queue;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import safelight.base.JobId;

/// A durable line of jobs, delivered at least once, and a topic that says when a job changed. Safe
/// for use by many threads; connects by itself again after the broker was away.
public interface JobQueue extends AutoCloseable {
    /// Puts tickets in line. All of them are durable when this returns; a ticket may come twice if
    /// this throws and is called again.
    ///
    /// @throws QueueUnavailable if the broker does not answer
    void publish(List<Ticket> tickets);

    /// A consumer of its own for one thread. It holds at most one ticket.
    ///
    /// @throws QueueUnavailable if the broker does not answer
    Consumption consume();

    /// The same for tickets of the interactive lane alone, which come here only if nobody waits for
    /// them at a {@link #consume} of the same broker: for whoever has no room for others.
    ///
    /// @throws QueueUnavailable if the broker does not answer
    Consumption consumeUrgent();

    /// How many tickets there are, by what happens to them.
    ///
    /// @throws QueueUnavailable if the broker does not answer
    Counts counts();

    /// Takes a ticket out of the dead-letter queue, if it is there.
    ///
    /// @throws QueueUnavailable if the broker does not answer
    void exhume(JobId job);

    /// Tells every listener that a job changed. A hint: it is lost on listeners that are away, and
    /// on all when the broker is down, so a failure is logged and not thrown.
    void announce(JobChanged change);

    /// Calls `listener` for each announcement of one of these kinds by any process, from now on
    /// until the subscription is closed, one at a time, on a thread of the queue. Survives
    /// reconnections; announcements meanwhile are missed.
    AutoCloseable listen(Set<JobChanged.Kind> kinds, Consumer<JobChanged> listener);

    /// The same for all kinds.
    default AutoCloseable listen(Consumer<JobChanged> listener) {
        return listen(EnumSet.allOf(JobChanged.Kind.class), listener);
    }

    /// Closes every connection. Idempotent, bounded to a few seconds.
    @Override
    void close();

    /// One consumer; not thread-safe.
    interface Consumption extends AutoCloseable {
        /// The next ticket, most urgent first, or empty after `wait`, or when another thread has
        /// closed this.
        ///
        /// @throws QueueUnavailable if the broker does not answer; the consumption stays usable and
        ///   connects again
        java.util.Optional<Delivery> take(Duration wait);

        /// Gives a held ticket back and leaves. Idempotent; callable from any thread.
        @Override
        void close();
    }

    /// One ticket in hand. Exactly one of its methods ends it; if none does before the process or
    /// the connection dies, the ticket is delivered again at once with a higher count.
    interface Delivery {
        /// What is to be done.
        Ticket ticket();

        /// How often this ticket has been handed out, from 1; kept over crashes of worker and
        /// broker, but for hand-outs in the broker's last moment before a crash.
        int count();

        /// Done: the ticket is gone, durably.
        ///
        /// @throws QueueUnavailable if the broker does not answer; the ticket will come again
        void acknowledge();

        /// Comes again after `delay`, counted as scheduled meanwhile.
        ///
        /// @throws QueueUnavailable if the broker does not answer; the ticket will come again
        void retry(Duration delay);

        /// Comes again after `delay` like `retry`, as if it had not been handed out now: whoever
        /// has it in hand next sees the same count.
        ///
        /// @throws QueueUnavailable if the broker does not answer; the ticket will come again
        void putOff(Duration delay);

        /// Comes again after `delay` as if it were new: for a second ticket of a job that is in
        /// hand, whose hand-outs say nothing about that job.
        ///
        /// @throws QueueUnavailable if the broker does not answer; the ticket will come again
        void putOffAsNew(Duration delay);

        /// Goes to the dead-letter queue, in one step with leaving the line.
        ///
        /// @throws QueueUnavailable if the broker does not answer; the ticket will come again
        void bury();
    }
}
