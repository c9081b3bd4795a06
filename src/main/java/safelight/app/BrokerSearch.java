package safelight.app;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.queue.artemis.BrokerAccess;

/// Finds the broker of `web` and `worker`: the one that is set, or the one of the data folder.
final class BrokerSearch {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerSearch.class);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private BrokerSearch() {}

    /// Waits for a broker that is not up yet as long as for storage.
    static BrokerAccess search(Config config, Clock clock)
            throws IOException, InterruptedException {
        var given = config.queue();
        if (given.isPresent()) return given.get();
        var door = new BrokerDoor(config.data());
        var most = config.engines().storageWait();
        var deadline = clock.instant().plus(most);
        boolean isTold = false;
        while (clock.instant().isBefore(deadline)) {
            var found = door.find();
            if (found.isPresent()) return found.get();
            if (!isTold)
                LOG.atInfo()
                        .addKeyValue("folder", config.data())
                        .addKeyValue("most", most)
                        .log("no broker yet: waiting for one");
            isTold = true;
            Thread.sleep(PAUSE);
        }
        throw new CannotStart(
                "No broker is known. Set queue.url and queue.password, or start `safelight broker`"
                        + " on the data folder "
                        + config.data()
                        + ".");
    }
}
