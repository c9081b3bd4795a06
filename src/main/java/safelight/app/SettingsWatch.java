package safelight.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Failure;
import safelight.settings.SettingsWrong;

/// Reads the settings file again when it has changed, for the few settings that a running process
/// takes over: data centers come and go without a restart. A file that cannot be used changes
/// nothing.
final class SettingsWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SettingsWatch.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration CLOSE_MOST = Duration.ofSeconds(5);

    private final Config config;
    private final User user;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile List<String> complaints = List.of();

    /// Takes over what may change.
    interface User {
        /// Throws with a sentence if that cannot be; then what was before stays.
        void use(Config fresh) throws IOException;
    }

    /// Watches the file that `config` was read from, if there was one.
    SettingsWatch(Config config, User user) {
        this.config = config;
        this.user = user;
        var seen = config.file().map(SettingsWatch::stamp);
        this.thread = Thread.ofVirtual().name("settings-watch").start(() -> run(seen));
    }

    /// What is wrong with the file as it is now, in sentences.
    List<String> complaints() {
        return complaints;
    }

    private void run(Optional<String> first) {
        var seen = first;
        try {
            while (seen.isPresent()
                    && !closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                var now = config.file().map(SettingsWatch::stamp);
                if (now.equals(seen)) continue;
                seen = now;
                read();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try {
            user.use(config.again());
            complaints = List.of();
            LOG.atInfo().log("settings read anew");
        } catch (SettingsWrong | CannotStart | Failure | IOException e) {
            complaints = List.of(e.getMessage() + " The settings before it hold.");
            LOG.atWarn().setCause(e).log("settings not taken, those before hold");
        } catch (RuntimeException e) {
            complaints = List.of("The settings could not be taken over; the log says why.");
            LOG.atError().setCause(e).log("settings not taken, those before hold");
        }
    }

    private static String stamp(Path file) {
        try {
            return Files.getLastModifiedTime(file) + " " + Files.size(file);
        } catch (IOException e) {
            return "unreadable";
        }
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
}
