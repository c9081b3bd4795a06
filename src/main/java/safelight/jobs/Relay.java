package safelight.jobs;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Failure;
import safelight.catalog.Job;
import safelight.catalog.JobRows;
import safelight.observe.Meters;
import safelight.queue.JobQueue;
import safelight.queue.Ticket;

/// Gives the queue the jobs that it does not have yet: the transactional outbox pattern. A broker
/// that is down, or a crash between row and queue, costs time and never a job. A ticket may go out
/// twice; a job still has one result.
///
/// The queue's line is kept short ({@link LineRoom}), and who goes next is decided here ({@link
/// FairLine}): what is in the line cannot be overtaken by what is not. A web server publishes what
/// it has accepted itself at once, if there is room and nobody waits. All else waits in the outbox,
/// from which every server publishes its share.
public final class Relay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final int BATCH_MAX = 200;
    private static final int OWN_MAX = 10_000;

    /// Few enough to be published before others take them for left behind.
    private static final int OWN_BULK_MAX = 2 * BATCH_MAX;

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    /// While jobs wait, and if the line was about to run dry.
    private static final Duration LOOK_WAITING = Duration.ofMillis(100);

    private static final Duration LOOK_DRY = Duration.ofMillis(20);
    private static final Duration CLOSE_MOST = Duration.ofSeconds(5);

    private final JobRows rows;
    private final JobQueue queue;
    private final Meters meters;
    private final Clock clock;
    private final Supplier<Share> share;
    private final BlockingQueue<Job> own = new ArrayBlockingQueue<>(OWN_MAX);
    private final BlockingQueue<Job> ownBulk = new ArrayBlockingQueue<>(OWN_BULK_MAX);
    private final LineRoom room = new LineRoom();
    private final FairLine line = new FairLine();
    private final Arrivals arrivals = new Arrivals();
    private final Outbox outbox;
    private final Semaphore bell = new Semaphore(0);
    private final Thread thread;
    private Instant nextRound = Instant.EPOCH;
    private Instant looked = Instant.EPOCH;
    private boolean isBacklogged;
    private List<Job> passedOver = List.of();
    private String awaited = "";
    private volatile boolean closed;

    /// Starts relaying on a thread of its own; `share` is asked when rows are found that others may
    /// see as well. Not a virtual thread: one that waits for a limited time wakes two more, and
    /// while jobs wait that is up to fifty times a second.
    public Relay(JobRows rows, JobQueue queue, Meters meters, Clock clock, Supplier<Share> share) {
        this.rows = rows;
        this.queue = queue;
        this.meters = meters;
        this.clock = clock;
        this.share = share;
        this.outbox = new Outbox(rows, room, line);
        this.thread = Thread.ofPlatform().daemon().name("relay").start(this::run);
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
        var line = job.order().priority() == Job.Priority.BULK ? ownBulk : own;
        // Without room it stays in the outbox, where the rounds find it.
        if (!line.offer(job)) LOG.atDebug().addKeyValue("job", job.id()).log("left to the rounds");
    }

    /// Returns whether to go on at once.
    private boolean step() {
        var now = clock.instant();
        arrivals.take(own, now);
        arrivals.take(ownBulk, now);
        if (!now.isBefore(nextRound)) return round(now);
        if (arrivals.isEmpty()) return false;
        if (!isBacklogged) return own(now);
        if (arrivals.areUrgent()) urgent();
        return false;
    }

    /// Who is urgent does not wait for the next round, but has its turn among those whom the last
    /// one passed over.
    private void urgent() {
        var turns = line.turnsAmong(withArrivals(passedOver), BATCH_MAX, room::has, this::use);
        publishTurns(turns);
        if (arrivals.areUrgent()) nextRound = earlier(looked.plus(LOOK_DRY));
    }

    private List<Job> withArrivals(List<Job> others) {
        var jobs = new ArrayList<>(arrivals.jobs());
        for (var job : others) if (!arrivals.has(job.id())) jobs.add(job);
        return jobs;
    }

    private Instant earlier(Instant other) {
        return other.isBefore(nextRound) ? other : nextRound;
    }

    /// Publishes what this server accepted, while nobody waits.
    private boolean own(Instant now) {
        var jobs = arrivals.jobs();
        if (!room.has(jobs.getFirst().order().priority())) look(now);
        int published = publish(jobs);
        // After that, so that a lone job need not wait for the answer.
        if (!now.isBefore(looked.plus(LOOK_WAITING))) look(now);
        if (published == jobs.size() || published == BATCH_MAX) return published == BATCH_MAX;
        isBacklogged = true;
        nextRound = now;
        return true;
    }

    /// Publishes what waits, as far as there is room for it.
    private boolean round(Instant now) {
        var waiting = outbox.accounts();
        if (waiting.isEmpty() && arrivals.isEmpty()) {
            isBacklogged = false;
            passedOver = List.of();
            nextRound = now.plus(LOOK_AGAIN);
            return false;
        }
        boolean isDry = look(now);
        var found =
                outbox.jobs(waiting, waiting.isEmpty() ? Share.ALL : share.get(), arrivals, now);
        passedOver = found.jobs();
        var jobs = withArrivals(passedOver);
        int published = publish(jobs);
        isBacklogged = found.areMore() || published < jobs.size();
        boolean isFull = published < Math.min(BATCH_MAX, jobs.size());
        boolean isMore = isBacklogged && published > 0 && !isFull;
        if (isMore) nextRound = now;
        else if (isBacklogged) nextRound = now.plus(isDry ? LOOK_DRY : LOOK_WAITING);
        else nextRound = now.plus(LOOK_AGAIN);
        return isMore;
    }

    private boolean look(Instant now) {
        looked = now;
        return room.look(queue.counts().ready(), share.get().count());
    }

    /// As many of these as there is room for, in their turn. Returns how many.
    private int publish(List<Job> jobs) {
        return publishTurns(line.turns(jobs, BATCH_MAX, room::has, this::use));
    }

    private void use(Job job) {
        room.use(FairLine.cost(job));
    }

    private int publishTurns(List<FairLine.Turn> turns) {
        if (turns.isEmpty()) return 0;
        queue.publish(turns.stream().map(Relay::ticket).toList());
        var ids = turns.stream().map(turn -> turn.job().id()).toList();
        rows.dispatched(ids, clock.instant());
        arrivals.remove(ids);
        var gone = Set.copyOf(ids);
        passedOver = passedOver.stream().filter(job -> !gone.contains(job.id())).toList();
        meters.add("safelight_jobs_relayed_total", turns.size());
        return turns.size();
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

    static Ticket ticket(FairLine.Turn turn) {
        return new Ticket(turn.job().id(), lane(turn.lane()), turn.job().order().request());
    }

    /// The queue's lane of such jobs.
    static Ticket.Lane lane(Job.Priority priority) {
        return switch (priority) {
            case INTERACTIVE -> Ticket.Lane.INTERACTIVE;
            case NORMAL -> Ticket.Lane.NORMAL;
            case BULK -> Ticket.Lane.BULK;
        };
    }

    private void run() {
        while (!closed) {
            try {
                boolean isMore = step();
                awaited = "";
                if (!isMore) rest(isBacklogged ? LOOK_DRY : LOOK_AGAIN);
            } catch (Failure e) {
                await(e);
                rest(LOOK_AGAIN);
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("relay broke, and goes on");
                rest(LOOK_AGAIN);
            }
        }
    }

    /// The queue, the catalog or the fleet is away; said once, and again if it is something else.
    private void await(Failure away) {
        var problem = away.problem().code();
        var said = problem + " " + away.reason();
        if (said.equals(awaited)) return;
        awaited = said;
        LOG.atWarn()
                .addKeyValue("problem", problem)
                .addKeyValue("reason", away.reason())
                .log("relay waits");
    }

    private void rest(Duration most) {
        try {
            if (bell.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS)) bell.drainPermits();
        } catch (InterruptedException e) {
            closed = true;
            Thread.currentThread().interrupt();
        }
    }
}
