package safelight.imaging;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Function;

/// Native memory for jobs, kept for the next one while it is not large: fresh pages cost a third of
/// the time of a crop. Not cleared: whoever takes memory writes before reading. Thread-safe.
final class Slabs {
    private static final int KEPT_MAX = Runtime.getRuntime().availableProcessors();
    private static final long KEPT_BYTES_MAX = 64L << 20;
    private static final int PIECES = 16;
    private static final long ROUNDED_TO = 1L << 20;

    private final ArrayBlockingQueue<MemorySegment> kept = new ArrayBlockingQueue<>(KEPT_MAX);

    /// Lends a slab for a few pieces of that many bytes together, for the time of `work`.
    ///
    /// @throws DarkroomUnavailable if there is not enough memory
    <T> T with(long bytes, Function<Slab, T> work) {
        long needed = Slab.sized(bytes, PIECES);
        var memory = take((needed + ROUNDED_TO - 1) / ROUNDED_TO * ROUNDED_TO);
        try {
            return work.apply(new Slab(memory.asSlice(0, needed)));
        } finally {
            if (memory.byteSize() > KEPT_BYTES_MAX || !kept.offer(memory)) Malloc.free(memory);
        }
    }

    private MemorySegment take(long bytes) {
        var memory = kept.poll();
        if (memory != null && memory.byteSize() >= bytes) return memory;
        if (memory != null) Malloc.free(memory);
        return Malloc.allocate(bytes);
    }
}
