package safelight.imaging;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
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
    private final MethodHandle malloc;
    private final MethodHandle free;

    Slabs() {
        var linker = Linker.nativeLinker();
        var symbols = linker.defaultLookup();
        malloc =
                linker.downcallHandle(
                        symbols.findOrThrow("malloc"), FunctionDescriptor.of(ADDRESS, JAVA_LONG));
        free =
                linker.downcallHandle(
                        symbols.findOrThrow("free"), FunctionDescriptor.ofVoid(ADDRESS));
    }

    /// Lends a slab for a few pieces of that many bytes together, for the time of `work`.
    ///
    /// @throws DarkroomUnavailable if there is not enough memory
    <T> T with(long bytes, Function<Slab, T> work) {
        long needed = Slab.sized(bytes, PIECES);
        var memory = take((needed + ROUNDED_TO - 1) / ROUNDED_TO * ROUNDED_TO);
        try {
            return work.apply(new Slab(memory.asSlice(0, needed)));
        } finally {
            if (memory.byteSize() > KEPT_BYTES_MAX || !kept.offer(memory)) release(memory);
        }
    }

    private MemorySegment take(long bytes) {
        var memory = kept.poll();
        if (memory != null && memory.byteSize() >= bytes) return memory;
        if (memory != null) release(memory);
        return allocated(bytes);
    }

    private MemorySegment allocated(long bytes) {
        MemorySegment memory;
        try {
            memory = (MemorySegment) malloc.invokeExact(bytes);
        } catch (Throwable e) {
            throw new IllegalStateException("calling malloc", e);
        }
        if (memory.address() == 0)
            throw new DarkroomUnavailable("There was not enough memory: " + bytes + " bytes.");
        return memory.reinterpret(bytes);
    }

    private void release(MemorySegment memory) {
        try {
            free.invokeExact(memory);
        } catch (Throwable e) {
            throw new IllegalStateException("calling free", e);
        }
    }
}
