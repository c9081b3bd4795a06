package safelight.app;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import safelight.queue.artemis.BrokerAccess;

/// Finds the broker of `web` and `worker`: the one that is set, or the one of the data folder.
final class BrokerSearch {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private BrokerSearch() {}

    /// Waits for a broker that is not up yet as long as for storage.
    static BrokerAccess search(Config config, Clock clock)
            throws IOException, InterruptedException {
        var given = config.queue();
        if (given.isPresent()) return given.get();
        var door = new BrokerDoor(config.data());
        var deadline = clock.instant().plus(config.engines().storageWait());
        while (clock.instant().isBefore(deadline)) {
            var found = door.find();
            if (found.isPresent()) return found.get();
            Thread.sleep(PAUSE);
        }
        throw new CannotStart(
                "No broker is known. Set queue.url and queue.password, or start `safelight broker`"
                        + " on the data folder "
                        + config.data()
                        + ".");
    }
}
