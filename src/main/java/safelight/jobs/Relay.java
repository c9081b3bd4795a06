package safelight.jobs;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.catalog.CatalogUnavailable;
import safelight.catalog.Job;
import safelight.catalog.JobRows;
import safelight.observe.Meters;
import safelight.queue.JobQueue;
import safelight.queue.QueueUnavailable;
import safelight.queue.Ticket;

/// Gives the queue the jobs that it does not have yet: the transactional outbox pattern. A broker
/// that is down, or a crash between row and queue, costs time and never a job. A ticket may go out
/// twice; a job still has one result.
///
/// A web server publishes what it has accepted itself at once. What stays in the outbox longer,
/// since a server died or the broker was away, is shared out among the servers. Bulk jobs come
/// after all others, and only as long as {@link BulkRoom} has room for them.
public final class Relay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final int BATCH_MAX = 200;
    private static final int OWN_MAX = 10_000;

    /// Few enough to be published before others take them for left behind.
    private static final int OWN_BULK_MAX = 2 * BATCH_MAX;

    /// So long a row in the outbox is left to the server that accepted it.
    private static final Duration OTHERS_AFTER = Duration.ofSeconds(2);

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration CLOSE_MOST = Duration.ofSeconds(5);

    private final JobRows rows;
    private final JobQueue queue;
    private final Meters meters;
    private final Clock clock;
    private final Supplier<Share> share;
    private final BlockingQueue<Job> own = new ArrayBlockingQueue<>(OWN_MAX);
    private final BlockingQueue<Job> ownBulk = new ArrayBlockingQueue<>(OWN_BULK_MAX);
    private final BulkRoom room;
    private final Semaphore bell = new Semaphore(0);
    private final Thread thread;
    private Instant nextRound = Instant.EPOCH;
    private volatile boolean closed;

    /// Starts relaying on a virtual thread of its own; `share` is asked when rows are found that
    /// others may see as well.
    public Relay(JobRows rows, JobQueue queue, Meters meters, Clock clock, Supplier<Share> share) {
        this.rows = rows;
        this.queue = queue;
        this.meters = meters;
        this.clock = clock;
        this.share = share;
        this.room = new BulkRoom(queue, share, clock);
        this.thread = Thread.ofVirtual().name("relay").start(this::run);
    }

    /// There may be something in the outbox. Returns at once.
    public void wake() {
        bell.release();
    }

    /// This server has just put a job in the outbox. Returns at once.
    public void publish(Job job) {
        offer(job);
        bell.release();
    }

    /// This server has just put these jobs in the outbox. Returns at once.
    public void publishAll(List<Job> jobs) {
        jobs.forEach(this::offer);
        bell.release();
    }

    private void offer(Job job) {
        var line = isBulk(job) ? ownBulk : own;
        // Without room it stays in the outbox, where the rounds find it.
        if (!line.offer(job)) LOG.atDebug().addKeyValue("job", job.id()).log("left to the rounds");
    }

    /// Publishes one batch of what this server accepted. Returns whether there may be more.
    private boolean relayOwn() {
        var jobs = new ArrayList<Job>();
        own.drainTo(jobs, BATCH_MAX);
        return publish(jobs) == BATCH_MAX;
    }

    /// The same with bulk jobs. What does not go now would go twice later: by this server and by
    /// whoever finds it in the outbox.
    private boolean relayOwnBulk() {
        if (ownBulk.isEmpty()) return false;
        var jobs = new ArrayList<Job>();
        ownBulk.drainTo(jobs, room.of(BATCH_MAX));
        room.use(jobs.size());
        if (jobs.isEmpty()) ownBulk.clear();
        return publish(jobs) > 0;
    }

    /// Publishes one batch of what waits longer: of a long line first what is urgent, and bulk jobs
    /// if the queue has room. Returns whether there may be more.
    private boolean relayWaiting() {
        var waiting = rows.outbox(BATCH_MAX);
        boolean isLong = waiting.size() == BATCH_MAX;
        int urgent = isLong ? relay(rows.urgentOutbox(BATCH_MAX), BATCH_MAX) : 0;
        if (urgent == BATCH_MAX) return true;
        // Of a long line, what is urgent went already.
        var rest = isLong ? waiting.stream().filter(Relay::isBulk).toList() : waiting;
        int bulkMost = rest.stream().anyMatch(Relay::isBulk) ? room.of(BATCH_MAX) : 0;
        int others = relay(rest, bulkMost);
        return isLong && urgent + others > 0;
    }

    /// Returns how many of these jobs were this server's to publish.
    private int relay(List<Job> waiting, int bulkMost) {
        if (waiting.isEmpty()) return 0;
        var mine = share.get();
        var settled = clock.instant().minus(OTHERS_AFTER);
        var jobs = new ArrayList<Job>();
        int bulk = 0;
        for (var job : waiting) {
            if (!mine.has(job.id()) || job.order().created().isAfter(settled)) continue;
            if (isBulk(job) && bulk == bulkMost) continue;
            if (isBulk(job)) bulk++;
            jobs.add(job);
        }
        room.use(bulk);
        return publish(jobs);
    }

    private static boolean isBulk(Job job) {
        return job.order().priority() == Job.Priority.BULK;
    }

    private int publish(List<Job> jobs) {
        if (jobs.isEmpty()) return 0;
        queue.publish(jobs.stream().map(Relay::ticket).toList());
        rows.dispatched(jobs.stream().map(Job::id).toList(), clock.instant());
        meters.add("safelight_jobs_relayed_total", jobs.size());
        return jobs.size();
    }

    @Override
    public void close() {
        closed = true;
        bell.release();
        try {
            thread.join(CLOSE_MOST);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static Ticket ticket(Job job) {
        var lane =
                switch (job.order().priority()) {
                    case INTERACTIVE -> Ticket.Lane.INTERACTIVE;
                    case NORMAL -> Ticket.Lane.NORMAL;
                    case BULK -> Ticket.Lane.BULK;
                };
        return new Ticket(job.id(), lane, job.order().request());
    }

    private void run() {
        while (!closed) {
            try {
                boolean isMore = relayOwn();
                if (!isMore && isRoundDue() && relayWaiting()) {
                    nextRound = Instant.EPOCH;
                    isMore = true;
                }
                if (!isMore) isMore = relayOwnBulk();
                if (isMore || !own.isEmpty()) continue;
            } catch (QueueUnavailable | CatalogUnavailable e) {
                LOG.atWarn()
                        .addKeyValue("problem", e.problem().code())
                        .log("relay waits for queue or catalog");
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("relay broke, and goes on");
            }
            rest();
        }
    }

    private boolean isRoundDue() {
        var now = clock.instant();
        if (now.isBefore(nextRound)) return false;
        nextRound = now.plus(LOOK_AGAIN);
        return true;
    }

    private void rest() {
        try {
            if (bell.tryAcquire(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) bell.drainPermits();
        } catch (InterruptedException e) {
            closed = true;
            Thread.currentThread().interrupt();
        }
    }
}
