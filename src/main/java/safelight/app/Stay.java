package safelight.app;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a role's process up until it is told to stop: by SIGTERM, Ctrl-C, or the end of its
/// lifeline. Then what runs is closed, which drains it.
final class Stay {
    private static final Logger LOG = LoggerFactory.getLogger(Stay.class);

    private Stay() {}

    /// Returns once `running` is closed. With `lifeline`, the end of standard input is a reason to
    /// stop, so that no process outlives the one that started it.
    static void up(AutoCloseable running, boolean lifeline) throws InterruptedException {
        var stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(running, stopped)));
        if (lifeline) Thread.ofPlatform().name("lifeline").daemon().start(Stay::awaitEnd);
        stopped.await();
    }

    private static void stop(AutoCloseable running, CountDownLatch stopped) {
        LOG.atInfo().log("draining");
        try {
            running.close();
            LOG.atInfo().log("stopped");
        } catch (Exception e) {
            LOG.atError().setCause(e).log("did not stop cleanly");
        }
        stopped.countDown();
    }

    private static void awaitEnd() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("lifeline broke");
        }
        System.exit(Exit.DONE);
    }
}
