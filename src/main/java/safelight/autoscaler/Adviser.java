package safelight.autoscaler;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Failure;
import safelight.fleet.Fleet;
import safelight.observe.Meters;
import safelight.scaling.Line;
import safelight.scaling.WorkerPolicy;

/// Says how many workers there should be, and leaves it to others to carry that out: KEDA reads
/// `safelight_workers_desired`. Looks every two seconds.
public final class Adviser implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Adviser.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
    private static final Duration CLOSE_MOST = Duration.ofSeconds(10);

    private final Advice advice;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private boolean failing;

    /// What it needs; `line` as for the {@link Controller}.
    public record Parts(
            String dataCenter,
            Fleet fleet,
            WorkerPolicy policy,
            Supplier<Optional<Line>> line,
            Meters meters,
            Clock clock) {}

    /// Looks and says from now on.
    public Adviser(Parts parts) {
        this.advice = new Advice(parts);
        this.thread = Thread.ofVirtual().name("adviser").start(this::run);
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
            do look();
            while (!closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            advice.look();
            failing = false;
        } catch (Failure e) {
            advice.lose();
            if (!failing)
                LOG.atWarn().addKeyValue("problem", e.problem().code()).log("adviser waits");
            failing = true;
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("adviser broke, and goes on");
        }
    }
}
