package safelight.jobs;

import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import safelight.base.AccountId;
import safelight.queue.JobChanged;
import safelight.queue.JobQueue;

/// Brings the queue's announcements to whoever waits for changes of an account's jobs. Thread-safe.
/// Announcements are hints: a waiter reads the rows, and looks again now and then without a hint.
public final class Feed implements AutoCloseable {
    private static final int HINTS_MAX = 256;

    private final Map<AccountId, Queue<Ear>> ears = new ConcurrentHashMap<>();
    private final AutoCloseable subscription;

    /// Listens from now on until closed.
    public Feed(JobQueue queue) {
        this.subscription = queue.listen(this::hear);
    }

    /// Begins to collect what is said about the account's jobs.
    public Ear listen(AccountId account) {
        var ear = new Ear(account);
        ears.compute(
                account,
                (_, all) -> {
                    var known = all == null ? new ConcurrentLinkedQueue<Ear>() : all;
                    known.add(ear);
                    return known;
                });
        return ear;
    }

    /// A change in this very process: heard at once, also when the broker is down.
    void hear(JobChanged change) {
        var listening = ears.get(change.account());
        if (listening != null) for (var ear : listening) ear.hear(change);
    }

    @Override
    public void close() {
        try {
            subscription.close();
        } catch (Exception e) {
            throw new IllegalStateException("the queue's subscription did not close", e);
        }
    }

    /// One waiter for one account's changes; to be used by one thread.
    public final class Ear implements AutoCloseable {
        private final AccountId account;
        private final BlockingQueue<JobChanged> hints = new ArrayBlockingQueue<>(HINTS_MAX);

        private Ear(AccountId account) {
            this.account = account;
        }

        /// The next hint, or empty after `wait`. A waiter that is slow loses hints, never rows.
        public java.util.Optional<JobChanged> next(Duration wait) throws InterruptedException {
            return java.util.Optional.ofNullable(
                    hints.poll(wait.toMillis(), TimeUnit.MILLISECONDS));
        }

        @Override
        public void close() {
            ears.computeIfPresent(
                    account,
                    (_, all) -> {
                        all.remove(this);
                        return all.isEmpty() ? null : all;
                    });
        }

        private void hear(JobChanged change) {
            if (!hints.offer(change)) {
                hints.poll();
                hints.offer(change);
            }
        }
    }
}
