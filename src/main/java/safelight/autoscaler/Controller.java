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
import safelight.base.InstanceId;
import safelight.fleet.Fleet;
import safelight.observe.Meters;
import safelight.platform.Platform;
import safelight.scaling.Line;
import safelight.scaling.Policy;
import safelight.scaling.WorkerPolicy;

/// Looks at the fleet and the line every second, asks the rules of web servers and workers, and
/// starts and stops instances; {@link Round} is what it does each time.
public final class Controller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Controller.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration CLOSE_MOST = Duration.ofSeconds(10);

    private final Parts parts;
    private final Round round;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /// What it needs. `id` is that of its own lease, which somebody else keeps. `line` says what
    /// waits for workers, at once, and is empty while that is not known. At most `startingMost`
    /// instances of a role start at once beside those that serve.
    public record Parts(
            InstanceId id,
            String dataCenter,
            Fleet fleet,
            Platform platform,
            Policy policy,
            WorkerPolicy workers,
            Supplier<Optional<Line>> line,
            int startingMost,
            Meters meters,
            Clock clock) {}

    /// Looks and acts from now on.
    public Controller(Parts parts) {
        this.parts = parts;
        this.round = new Round(parts);
        this.thread = Thread.ofVirtual().name("autoscaler").start(this::run);
    }

    /// Decides no more; instances go on.
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
            round.look();
        } catch (Failure e) {
            // Who cannot see changes nothing.
            round.lose();
            parts.meters.count(
                    "safelight_autoscaler_failures_total", "problem", e.problem().code());
            LOG.atWarn().addKeyValue("problem", e.problem().code()).log("autoscaler waits");
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("autoscaler broke, and goes on");
        }
    }
}
