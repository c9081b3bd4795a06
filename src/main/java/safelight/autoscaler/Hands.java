package safelight.autoscaler;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.fleet.Instance;
import safelight.observe.Meters;
import safelight.platform.Member;
import safelight.platform.Platform;

/// Starts and stops instances until there are as many as was decided; at most `startingMost` of a
/// role start at once.
record Hands(Platform platform, Meters meters, int startingMost) {
    private static final Logger LOG = LoggerFactory.getLogger(Hands.class);

    /// Carries out a count for what is seen.
    void reach(int count, Sight sight) {
        int present = sight.present();
        grow(sight.role(), sight.startable(count - present, startingMost));
        shrink(sight, present - count);
    }

    private void grow(Instance.Role role, int by) {
        for (int i = 0; i < by; i++) {
            var started = platform.start(role);
            meters.count("safelight_autoscaler_started_total", "role", role.name());
            LOG.atInfo().addKeyValue("member", started.name()).log("instance started");
        }
    }

    private void shrink(Sight sight, int by) {
        var left = sight;
        for (int i = 0; i < by; i++) {
            var going = left.leastMissed();
            if (going.isEmpty()) return;
            stop(going.get());
            left = left.without(going.get());
        }
    }

    private void stop(Member going) {
        platform.stop(going.name());
        meters.count("safelight_autoscaler_stopped_total", "role", going.role().name());
        LOG.atInfo().addKeyValue("member", going.name()).log("instance stopped");
    }
}
