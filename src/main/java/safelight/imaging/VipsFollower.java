package safelight.imaging;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// Connects a {@link Watch} to libvips' evaluations: reports how far they are, and kills them when
/// the watch says stop. libvips calls it from threads of its own.
final class VipsFollower {
    // struct VipsProgress: the image, two ints, two 64-bit counts, then the percentage
    private static final long PERCENT_OFFSET = 32;
    private static final long PROGRESS_BYTES = 48;
    private static final FunctionDescriptor HANDLER =
            FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, ADDRESS);

    private final VipsLibrary library;
    private final Watch watch;
    private final int evaluations;
    private int done;
    private int percent;
    private volatile boolean stopped;

    /// Expects that many evaluations, one after the other.
    VipsFollower(VipsLibrary library, Watch watch, int evaluations) {
        this.library = library;
        this.watch = watch;
        this.evaluations = evaluations;
    }

    /// Whether an evaluation was killed.
    boolean isStopped() {
        return stopped;
    }

    /// Whatever fails from now on was killed.
    void stop() {
        stopped = true;
    }

    /// Follows every evaluation of what is made from this image, as long as its scope lives.
    void follow(VipsImage image) {
        var arena = image.scope().arena();
        var stub = library.upcall(handle(), HANDLER, arena);
        library.call("vips_image_set_progress").pointer(image.pointer()).whole(1).go();
        library.call("g_signal_connect_data")
                .pointer(image.pointer())
                .text("eval")
                .pointer(stub)
                .pointer(MemorySegment.NULL)
                .pointer(MemorySegment.NULL)
                .whole(0)
                .go();
    }

    private MethodHandle handle() {
        try {
            return MethodHandles.lookup()
                    .bind(
                            this,
                            "evaluated",
                            MethodType.methodType(
                                    void.class,
                                    MemorySegment.class,
                                    MemorySegment.class,
                                    MemorySegment.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The signal's handler. The root of a call from C: whatever escaped here would end the
    /// process.
    @SuppressWarnings("unused") // called by libvips
    private void evaluated(MemorySegment followed, MemorySegment progress, MemorySegment data) {
        try {
            var state = progress.reinterpret(PROGRESS_BYTES);
            report(state.get(JAVA_INT, PERCENT_OFFSET));
            if (watch.isStopped()) kill(followed, state.get(ADDRESS, 0));
        } catch (Throwable _) {
            // a watch that fails cannot be asked again: end the work
            kill(followed, followed);
        }
    }

    private void kill(MemorySegment followed, MemorySegment evaluated) {
        stopped = true;
        library.call("vips_image_set_kill").pointer(followed).whole(1).go();
        library.call("vips_image_set_kill").pointer(evaluated).whole(1).go();
    }

    private synchronized void report(int now) {
        if (now == percent) return;
        if (now < percent) done++;
        percent = now;
        if (done < evaluations) watch.progress((done + now / 100.0) / evaluations);
    }
}
