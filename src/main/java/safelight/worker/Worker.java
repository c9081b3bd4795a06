package safelight.worker;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Failure;
import safelight.fleet.Workload;
import safelight.jobs.CarryOut;
import safelight.queue.JobChanged;
import safelight.queue.JobQueue;

/// Takes jobs from the queue until closed, as {@link Turns} allows: a job's pixels need one of
/// `slots` cores, while reading its photo and storing its result, which is waiting, need none.
///
/// Its threads are platform threads: native photo work pins its thread, and a pinned virtual thread
/// would take a carrier away from everything else.
public final class Worker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final Duration TAKE = Duration.ofSeconds(1);

    /// So long a leave to take an urgent job may be out of date.
    private static final Duration TAKE_URGENT = Duration.ofMillis(250);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    /// To so many slots there is one more thread, for the jobs whose results are being stored.
    private static final int SLOTS_A_STORE = 2;

    private final JobQueue queue;
    private final CarryOut carryOut;
    private final AutoCloseable subscription;
    private final Workload workload;
    private final Duration drainMost;
    private final CountDownLatch draining = new CountDownLatch(1);
    private final Turns turns;
    private final List<Thread> threads;

    /// Starts taking jobs, and counts them in `workload`. On close, jobs in hand get `drainMost` to
    /// end.
    public Worker(
            JobQueue queue, CarryOut carryOut, int slots, Workload workload, Duration drainMost) {
        this.queue = queue;
        this.carryOut = carryOut;
        this.workload = workload;
        this.drainMost = drainMost;
        this.turns = new Turns(slots);
        this.subscription = queue.listen(Set.of(JobChanged.Kind.CANCELLED), carryOut::hear);
        this.threads =
                Stream.concat(
                                IntStream.range(0, inHandMost(slots) - Turns.BESIDES)
                                        .mapToObj(i -> thread("slot-" + i, this::takeAny)),
                                Stream.of(thread("slot-urgent", this::takeUrgent)))
                        .toList();
    }

    private static Thread thread(String name, Runnable run) {
        return Thread.ofPlatform().name(name).start(run);
    }

    /// How many jobs a worker with so many slots has in hand at most.
    public static int inHandMost(int slots) {
        return slots + Turns.AHEAD + Turns.BESIDES + Math.max(1, slots / SLOTS_A_STORE);
    }

    /// Takes nothing new and waits for the jobs in hand; what is not finished by then comes again
    /// elsewhere.
    @Override
    public void close() {
        draining.countDown();
        var deadline = System.nanoTime() + drainMost.toNanos();
        try {
            for (var thread : threads)
                thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            subscription.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.atWarn().setCause(e).log("subscription did not close");
        }
    }

    private void takeAny() {
        while (isTaking()) keepOn(this::takeFromAll);
    }

    private void takeFromAll() throws InterruptedException {
        try (var line = queue.consume()) {
            while (isTaking()) {
                var turn = turns.next(TAKE);
                if (turn.isPresent()) takeOne(line, TAKE, turn.get());
            }
        }
    }

    private void takeUrgent() {
        while (isTaking()) keepOn(this::takeFromUrgent);
    }

    /// Leaves the queue when it has no use for more: what the broker still sent goes elsewhere.
    private void takeFromUrgent() throws InterruptedException {
        var first = turns.urgent();
        if (first.isEmpty()) {
            var _ = draining.await(TAKE_URGENT.toMillis(), TimeUnit.MILLISECONDS);
            return;
        }
        try (var line = queue.consumeUrgent()) {
            for (var turn = first; turn.isPresent() && isTaking(); turn = turns.urgent())
                takeOne(line, TAKE_URGENT, turn.get());
        }
    }

    private boolean isTaking() {
        return draining.getCount() > 0;
    }

    private interface Taking {
        void run() throws InterruptedException;
    }

    private void keepOn(Taking taking) {
        try {
            taking.run();
        } catch (Failure e) {
            LOG.atWarn()
                    .addKeyValue("problem", e.problem().code())
                    .addKeyValue("reason", e.reason())
                    .log("slot waits for queue, catalog or photo storage");
            rest();
        } catch (InterruptedException e) {
            draining.countDown();
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("slot broke, and goes on");
            rest();
        }
    }

    private void takeOne(JobQueue.Consumption line, Duration wait, Turns.Turn turn) {
        try (turn) {
            line.take(wait).ifPresent(d -> carryOut(d, turn.of(d.ticket().lane())));
        }
    }

    private void carryOut(JobQueue.Delivery delivery, Turns.Turn turn) {
        workload.begin();
        try {
            carryOut.carryOut(delivery, turn);
        } finally {
            workload.end();
        }
    }

    private void rest() {
        try {
            if (draining.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) return;
        } catch (InterruptedException e) {
            draining.countDown();
            Thread.currentThread().interrupt();
        }
    }
}
