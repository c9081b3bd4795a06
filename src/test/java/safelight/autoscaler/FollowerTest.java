package safelight.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import safelight.base.InstanceId;
import safelight.fleet.Instance;
import safelight.fleet.Instance.Role;
import safelight.fleet.Load;
import safelight.platform.PlatformUnavailable;

class FollowerTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private final TestFleet fleet = new TestFleet();
    private final BlockingQueue<List<String>> told = new LinkedBlockingQueue<>();

    private static Instance lease(String id, Role role, String dataCenter, Duration age) {
        return new Instance(
                new InstanceId(id),
                role,
                dataCenter,
                id + ":80",
                "",
                "1",
                Instance.Abilities.NONE,
                NOW.minus(age),
                NOW.minus(age),
                Load.NONE,
                false);
    }

    private List<String> next() throws InterruptedException {
        var names = told.poll(1, TimeUnit.MINUTES);
        assertThat(names).as("nothing was told").isNotNull();
        return List.copyOf(names);
    }

    @Test
    void balancerHearsOfItsWebServersAloneAndOfOverdueOnes() throws Exception {
        fleet.announce(lease("web-a", Role.WEB, "local", Duration.ZERO));
        fleet.announce(lease("web-late", Role.WEB, "local", Duration.ofMinutes(9)));
        fleet.announce(lease("web-gone", Role.WEB, "local", Duration.ofMinutes(11)));
        fleet.announce(lease("web-far", Role.WEB, "far", Duration.ZERO));
        fleet.announce(lease("worker-a", Role.WORKER, "local", Duration.ZERO));

        try (var follower = follower(false)) {
            assertThat(next()).containsExactlyInAnyOrder("web-a", "web-late");
            assertThat(follower).isNotNull();
        }
    }

    @Test
    void failureIsTriedAgain() throws Exception {
        fleet.announce(lease("web-a", Role.WEB, "local", Duration.ZERO));

        try (var follower = follower(true)) {
            assertThat(next()).containsExactly("web-a");
            assertThat(next()).containsExactly("web-a");
            assertThat(follower).isNotNull();
        }
    }

    private Follower follower(boolean fails) {
        return new Follower(
                "local",
                fleet,
                web -> {
                    told.add(web.stream().map(i -> i.id().value()).toList());
                    if (fails) throw new PlatformUnavailable("follow");
                },
                Clock.fixed(NOW, ZoneOffset.UTC));
    }
}
