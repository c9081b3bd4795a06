package safelight.fleet;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps one instance's lease alive: announced when this is made, renewed every two seconds,
/// withdrawn on close.
public final class Lease implements AutoCloseable {
    /// How often a lease is renewed.
    public static final Duration BEAT_EVERY = Duration.ofSeconds(2);

    /// After so long without a heartbeat an instance counts as gone.
    public static final Duration GONE_AFTER = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
    private static final Duration CLOSE_MOST = Duration.ofSeconds(3);

    private final Fleet fleet;
    private final Instance instance;
    private final Supplier<Load> load;
    private final Clock clock;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean draining;

    /// Announces the instance, which can serve now; `load` is asked at each heartbeat.
    public Lease(Fleet fleet, Instance instance, Supplier<Load> load, Clock clock) {
        this.fleet = fleet;
        this.instance = instance;
        this.load = load;
        this.clock = clock;
        fleet.announce(instance);
        this.thread = Thread.ofVirtual().name("lease").start(this::run);
    }

    /// Says that the instance takes nothing new, at once and at every heartbeat from now on.
    public void drain() {
        draining = true;
        beat();
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(CLOSE_MOST);
            fleet.withdraw(instance.id());
        } catch (FleetUnavailable e) {
            LOG.atWarn().addKeyValue("instance", instance.id()).log("lease could not be withdrawn");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closed.await(BEAT_EVERY.toMillis(), TimeUnit.MILLISECONDS)) beat();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void beat() {
        try {
            var beat = new Beat(clock.instant(), load.get(), draining);
            if (!fleet.beat(instance.id(), beat)) fleet.announce(instance.after(beat));
        } catch (FleetUnavailable e) {
            LOG.atWarn().addKeyValue("instance", instance.id()).log("heartbeat failed");
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("heartbeat broke, and goes on");
        }
    }
}
