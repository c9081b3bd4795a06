package safelight.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.JobId;

/// Several brokers as one queue. A ticket goes to one of those that answer, by turns, and tickets
/// are taken from all. Each broker keeps the order of its own tickets; a more urgent one on another
/// broker waits for one take at most.
///
/// A broker that fails is left alone until it answers again, so that its time-outs do not slow the
/// others down. Its tickets wait on its disk; those that the rows miss for long go to the others.
public final class SpreadQueue implements JobQueue {
    private static final Logger LOG = LoggerFactory.getLogger(SpreadQueue.class);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);
    // So late at most is a ticket seen that comes to an idle broker.
    private static final Duration LISTEN = Duration.ofMillis(100);

    private final List<Member> members;
    private final AtomicInteger turn;
    private final CountDownLatch closed = new CountDownLatch(1);

    /// One broker; `lost` from its last failure until it answers.
    private static final class Member {
        private final JobQueue queue;
        private volatile boolean lost;

        Member(JobQueue queue) {
            this.queue = queue;
        }
    }

    /// Over at least one queue; closes them when it is closed. `first` is the one whose turn comes
    /// first: random, so that not all processes begin with the same.
    public SpreadQueue(List<JobQueue> queues, int first) {
        if (queues.isEmpty()) throw new IllegalArgumentException("no queue to spread over");
        this.members = queues.stream().map(Member::new).toList();
        this.turn = new AtomicInteger(first);
        Thread.ofVirtual().name("queue-spread").start(this::watch);
    }

    @Override
    public void publish(List<Ticket> tickets) {
        if (!tickets.isEmpty()) any(queue -> queue.publish(tickets));
    }

    @Override
    public Consumption consume() {
        return seated(JobQueue::consume);
    }

    @Override
    public Consumption consumeUrgent() {
        return seated(JobQueue::consumeUrgent);
    }

    private Consumption seated(Function<JobQueue, Consumption> seat) {
        var takings = new Takings(seat);
        any(takings::seated);
        return takings;
    }

    @Override
    public Counts counts() {
        return all(JobQueue::counts).stream()
                .reduce(new Counts(0, 0, 0, 0, Duration.ZERO), SpreadQueue::sum);
    }

    private static Counts sum(Counts a, Counts b) {
        return new Counts(
                a.ready() + b.ready(),
                a.delivering() + b.delivering(),
                a.scheduled() + b.scheduled(),
                a.dead() + b.dead(),
                a.oldest().compareTo(b.oldest()) > 0 ? a.oldest() : b.oldest());
    }

    @Override
    public void exhume(JobId job) {
        all(queue -> exhumed(queue, job));
    }

    private static boolean exhumed(JobQueue queue, JobId job) {
        queue.exhume(job);
        return true;
    }

    /// Over one broker, since everybody listens to all of them.
    @Override
    public void announce(JobChanged change) {
        answering().getFirst().queue.announce(change);
    }

    @Override
    public AutoCloseable listen(Set<JobChanged.Kind> kinds, Consumer<JobChanged> listener) {
        var ears = members.stream().map(m -> m.queue.listen(kinds, listener)).toList();
        return () -> {
            for (var ear : ears) ear.close();
        };
    }

    @Override
    public void close() {
        closed.countDown();
        for (var member : members) member.queue.close();
    }

    /// Those that are not known to be lost; all, if all are.
    private List<Member> answering() {
        var up = members.stream().filter(m -> !m.lost).toList();
        return up.isEmpty() ? members : up;
    }

    /// Calls the one whose turn it is, or the next if that fails.
    private void any(Consumer<JobQueue> call) {
        var up = answering();
        int first = Math.floorMod(turn.getAndIncrement(), up.size());
        for (int i = 0; ; i++) {
            var member = up.get((first + i) % up.size());
            try {
                call.accept(member.queue);
                member.lost = false;
                return;
            } catch (QueueUnavailable e) {
                lose(member, e);
                if (i == up.size() - 1) throw e;
            }
        }
    }

    /// The answers of all that give one.
    private <T> List<T> all(Function<JobQueue, T> call) {
        var answers = new ArrayList<T>();
        for (var member : answering()) {
            try {
                answers.add(call.apply(member.queue));
                member.lost = false;
            } catch (QueueUnavailable e) {
                lose(member, e);
                if (areAllLost()) throw e;
            }
        }
        return answers;
    }

    private boolean areAllLost() {
        return members.stream().allMatch(m -> m.lost);
    }

    /// An interrupted caller says nothing about the broker.
    private static void lose(Member member, QueueUnavailable failure) {
        if (Thread.currentThread().isInterrupted()) throw failure;
        if (!member.lost) LOG.atWarn().setCause(failure).log("a broker is lost, others go on");
        member.lost = true;
    }

    private void watch() {
        try {
            while (!closed.await(ASK_AGAIN.toMillis(), TimeUnit.MILLISECONDS))
                for (var member : members) if (member.lost) ask(member);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void ask(Member member) {
        try {
            member.queue.counts();
            member.lost = false;
            LOG.atInfo().log("a lost broker answers again");
        } catch (QueueUnavailable e) {
            LOG.atDebug().setCause(e).log("a broker is still lost");
        }
    }

    /// A consumer on every broker, asked by turns.
    private final class Takings implements Consumption {
        private final Map<JobQueue, Consumption> open = new ConcurrentHashMap<>();
        private final Function<JobQueue, Consumption> seat;
        private volatile boolean left;
        private int next = turn.getAndIncrement();

        Takings(Function<JobQueue, Consumption> seat) {
            this.seat = seat;
        }

        @Override
        public Optional<Delivery> take(Duration wait) {
            long endNanos = System.nanoTime() + wait.toNanos();
            while (!left && closed.getCount() > 0) {
                var ready = ready();
                if (ready.isPresent()) return ready;
                var rest = Duration.ofNanos(endNanos - System.nanoTime());
                if (!rest.isPositive()) break;
                var up = answering();
                var one = up.get(Math.floorMod(next, up.size()));
                var come = from(one, rest.compareTo(LISTEN) < 0 ? rest : LISTEN);
                if (come.isPresent()) return come;
            }
            return Optional.empty();
        }

        /// What lies ready at any of them; begins with another each time.
        private Optional<Delivery> ready() {
            var up = answering();
            int first = next++;
            for (int i = 0; i < up.size(); i++) {
                var found = from(up.get(Math.floorMod(first + i, up.size())), Duration.ZERO);
                if (found.isPresent()) return found;
            }
            return Optional.empty();
        }

        private Optional<Delivery> from(Member member, Duration wait) {
            try {
                var found = seated(member.queue).take(wait);
                member.lost = false;
                return found;
            } catch (QueueUnavailable e) {
                lose(member, e);
                if (areAllLost()) throw e;
                return Optional.empty();
            }
        }

        private Consumption seated(JobQueue queue) {
            var consumption = open.computeIfAbsent(queue, seat);
            if (left) close();
            return consumption;
        }

        @Override
        public void close() {
            left = true;
            open.values().forEach(Consumption::close);
        }
    }
}
