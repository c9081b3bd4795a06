package safelight.jobs;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Failure;
import safelight.catalog.Burden;
import safelight.catalog.JobRows;
import safelight.observe.Meters;

/// How hard the system is pressed: how much waits, whosever it is, and how fast it gets less. Looks
/// on a thread of its own, so that no request has to add up what waits; a look at a long line takes
/// its time, and the next one is the further away. What this server accepts meanwhile is added.
/// Thread-safe.
public final class Pressure implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pressure.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration CLOSE_MOST = Duration.ofSeconds(5);

    /// Looking takes one part in so many of the time.
    private static final int REST = 50;

    private final JobRows rows;
    private final Burden most;
    private final LongSupplier finished;
    private final Drain drain = new Drain();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private Burden seen = Burden.NONE;
    private Burden since = Burden.NONE;

    /// Looks from now on. `most` may wait; `finished` counts what workers have done, each since its
    /// start.
    public Pressure(JobRows rows, Burden most, LongSupplier finished, Meters meters) {
        this.rows = rows;
        this.most = most;
        this.finished = finished;
        meters.gauge("safelight_jobs_waiting", () -> waiting().jobs());
        meters.gauge("safelight_jobs_waiting_cost", () -> waiting().cost());
        this.thread = Thread.ofVirtual().name("pressure").start(this::run);
    }

    /// How much waits for the queue, as far as is known.
    public synchronized Burden waiting() {
        return seen.plus(since);
    }

    /// Why work is not let in: too much would wait then. Empty if there is room. Whoever repeats a
    /// request that was accepted is not to hear of it, so this is no refusal yet.
    Optional<JobFailure.Busy> refusal(Burden more) {
        var waiting = waiting();
        var then = waiting.plus(more);
        return waiting.jobs() == 0 || then.isWithin(most)
                ? Optional.empty()
                : Optional.of(new JobFailure.Busy(waitFor(then.above(most))));
    }

    /// This was accepted.
    synchronized void add(Burden more) {
        since = since.plus(more);
    }

    /// How long it takes, as far as is known, until this much is done.
    Duration waitFor(Burden work) {
        return drain.waitFor(work, waiting());
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(CLOSE_MOST);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            Duration rest = LOOK_AGAIN;
            do rest = look();
            while (!closed.await(rest.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration look() {
        long begin = System.nanoTime();
        try {
            drain.met(finished.getAsLong(), begin);
            var before = since();
            var found = rows.waiting((int) Math.min(Integer.MAX_VALUE, most.jobs()));
            seen(found, before);
        } catch (Failure e) {
            LOG.atWarn().addKeyValue("problem", e.problem().code()).log("pressure is not known");
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("pressure broke, and goes on");
        }
        var took = Duration.ofNanos(System.nanoTime() - begin);
        var rest = took.multipliedBy(REST);
        return rest.compareTo(LOOK_AGAIN) > 0 ? rest : LOOK_AGAIN;
    }

    private synchronized Burden since() {
        return since;
    }

    /// What was added before the look is in it.
    private synchronized void seen(Burden found, Burden before) {
        seen = found;
        since = since.above(before);
    }
}
