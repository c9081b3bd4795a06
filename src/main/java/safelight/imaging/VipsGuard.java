package safelight.imaging;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Kills the evaluations of a scope soon after its watch says stop. libvips signals progress rarely
/// in a long step, or not at all, so somebody has to ask beside it.
final class VipsGuard implements AutoCloseable {
    private static final long ASK_EVERY_MS = 100;

    private final VipsScope scope;
    private final Watch watch;
    private final VipsFollower follower;
    private final CountDownLatch done = new CountDownLatch(1);

    /// Guards from now on until closed; to be closed before the scope.
    VipsGuard(VipsScope scope, Watch watch, VipsFollower follower) {
        this.scope = scope;
        this.watch = watch;
        this.follower = follower;
        Thread.ofVirtual().name("vips-guard").start(this::look);
    }

    @Override
    public void close() {
        done.countDown();
    }

    /// Again and again: the steps after a killed one make new images.
    private void look() {
        try {
            while (!done.await(ASK_EVERY_MS, TimeUnit.MILLISECONDS)) {
                if (!watch.isStopped()) continue;
                follower.stop();
                scope.kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
