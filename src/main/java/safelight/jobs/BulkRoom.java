package safelight.jobs;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import safelight.queue.JobQueue;

/// How many bulk tickets the queue may be given for now. A broker that holds too many pages them to
/// the disk, and what is paged comes in the order in which it was sent: an interactive job would
/// wait behind it, whatever its lane. So the rest of a large batch waits in its rows, and lanes
/// hold. Every server gives its share. For one thread.
final class BulkRoom {
    /// Half of what Artemis keeps in memory, as measured: about 40,000 tickets.
    static final long READY_MAX = 20_000;

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final JobQueue queue;
    private final Supplier<Share> share;
    private final Clock clock;
    private Instant nextLook = Instant.MIN;
    private long left;

    BulkRoom(JobQueue queue, Supplier<Share> share, Clock clock) {
        this.queue = queue;
        this.share = share;
        this.clock = clock;
    }

    /// As many as may go now, at most `most`. Asks the queue now and then.
    ///
    /// @throws safelight.queue.QueueUnavailable if the broker does not answer
    int of(int most) {
        var now = clock.instant();
        if (!now.isBefore(nextLook)) {
            left = Math.max(0, READY_MAX - queue.counts().ready()) / share.get().count();
            nextLook = now.plus(LOOK_AGAIN);
        }
        return (int) Math.min(most, left);
    }

    /// So many went.
    void use(int tickets) {
        left = Math.max(0, left - tickets);
    }
}
