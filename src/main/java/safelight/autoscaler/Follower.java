package safelight.autoscaler;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Failure;
import safelight.fleet.Fleet;
import safelight.fleet.Instance;
import safelight.platform.LoadBalancer;

/// Keeps a load balancer in step with the fleet: looks at the leases twice a second. Also those
/// that are overdue, since after an outage of storage they all are; whether such a server is well
/// is what the load balancer's own checks say.
public final class Follower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration OVERDUE_MOST = Duration.ofMinutes(10);
    private static final Duration CLOSE_MOST = Duration.ofSeconds(10);

    private final String dataCenter;
    private final Fleet fleet;
    private final LoadBalancer balancer;
    private final Clock clock;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private boolean failing;

    /// Follows the web servers of one data center from now on.
    public Follower(String dataCenter, Fleet fleet, LoadBalancer balancer, Clock clock) {
        this.dataCenter = dataCenter;
        this.fleet = fleet;
        this.balancer = balancer;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("follower").start(this::run);
    }

    /// Tells the load balancer nothing more; it goes on as it is.
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
            do look(clock.instant());
            while (!closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(Instant now) {
        try {
            balancer.follow(
                    fleet.instances(now.minus(OVERDUE_MOST)).stream()
                            .filter(i -> i.role() == Instance.Role.WEB)
                            .filter(i -> i.dataCenter().equals(dataCenter))
                            .toList());
            failing = false;
        } catch (Failure e) {
            if (!failing)
                LOG.atWarn()
                        .addKeyValue("problem", e.problem().code())
                        .setCause(e)
                        .log("load balancer is not in step");
            failing = true;
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("follower broke, and goes on");
        }
    }
}
