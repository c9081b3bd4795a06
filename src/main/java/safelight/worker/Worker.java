package safelight.worker;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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
                                IntStream.range(0, inHandMost(slots) - Turns.URGENT)
                                        .mapToObj(i -> thread("slot-" + i, this::takeAny)),
                                Stream.of(thread("slot-urgent", this::takeUrgent)))
                        .toList();
    }

    private static Thread thread(String name, Runnable run) {
        return Thread.ofPlatform().name(name).start(run);
    }

    /// How many jobs a worker with so many slots has in hand at most.
    public static int inHandMost(int slots) {
        return slots + Turns.AHEAD + Turns.URGENT + Math.max(1, slots / SLOTS_A_STORE);
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
        run(queue::consume, () -> turns.next(TAKE));
    }

    private void takeUrgent() {
        run(queue::consumeUrgent, this::urgent);
    }

    private Optional<Turns.Turn> urgent() throws InterruptedException {
        var turn = turns.urgent();
        if (turn.isEmpty()) {
            var _ = draining.await(TAKE.toMillis(), TimeUnit.MILLISECONDS);
        }
        return turn;
    }

    private interface Leave {
        Optional<Turns.Turn> get() throws InterruptedException;
    }

    private void run(Supplier<JobQueue.Consumption> place, Leave leave) {
        while (draining.getCount() > 0) {
            try (var line = place.get()) {
                while (draining.getCount() > 0) takeOne(line, leave.get());
            } catch (Failure e) {
                LOG.atWarn()
                        .addKeyValue("problem", e.problem().code())
                        .log("slot waits for queue or catalog");
                rest();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("slot broke, and goes on");
                rest();
            }
        }
    }

    private void takeOne(JobQueue.Consumption line, Optional<Turns.Turn> turn) {
        if (turn.isEmpty()) return;
        try (var mine = turn.get()) {
            line.take(TAKE).ifPresent(d -> carryOut(d, mine.of(d.ticket().lane())));
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
