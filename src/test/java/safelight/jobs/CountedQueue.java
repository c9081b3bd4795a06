package safelight.jobs;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import safelight.base.JobId;
import safelight.queue.Counts;
import safelight.queue.JobChanged;
import safelight.queue.JobQueue;
import safelight.queue.Ticket;

/// A queue that says how long it is, and notes what it is given.
final class CountedQueue implements JobQueue {
    final AtomicLong ready = new AtomicLong();
    final AtomicInteger looks = new AtomicInteger();
    final List<Ticket> given = new CopyOnWriteArrayList<>();

    @Override
    public void publish(List<Ticket> tickets) {
        given.addAll(tickets);
        ready.addAndGet(tickets.size());
    }

    @Override
    public Counts counts() {
        looks.incrementAndGet();
        return new Counts(ready.get(), 0, 0, 0, Duration.ZERO);
    }

    @Override
    public Consumption consume() {
        throw new AssertionError("nobody takes tickets from here");
    }

    @Override
    public Consumption consumeUrgent() {
        throw new AssertionError("nobody takes tickets from here");
    }

    @Override
    public void exhume(JobId job) {}

    @Override
    public void announce(JobChanged change) {}

    @Override
    public AutoCloseable listen(Set<JobChanged.Kind> kinds, Consumer<JobChanged> listener) {
        return () -> {};
    }

    @Override
    public void close() {}

    long of(Ticket.Lane lane) {
        return given.stream().filter(t -> t.lane() == lane).count();
    }
}
