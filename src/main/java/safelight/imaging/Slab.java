package safelight.imaging;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/// The native memory of one job, used from both ends: what a stage makes goes to the end where its
/// source is not. What does not fit is a fault of the formula that sized it.
final class Slab implements SegmentAllocator {
    private static final long LINE = 64;

    private final MemorySegment memory;
    private boolean atEnd;
    private long begin;
    private long end;

    Slab(MemorySegment memory) {
        this.memory = memory;
        this.end = memory.byteSize() / LINE * LINE;
    }

    /// The bytes to ask for, so that all that is rounded on the way fits.
    static long sized(long bytes, int pieces) {
        return bytes + (pieces + 2L) * LINE;
    }

    /// Frees the other end, and allocates there from now on.
    SegmentAllocator otherEnd() {
        atEnd = !atEnd;
        if (atEnd) end = memory.byteSize() / LINE * LINE;
        else begin = 0;
        return this;
    }

    @Override
    public MemorySegment allocate(long bytes, long alignment) {
        long taken = (bytes + LINE - 1) / LINE * LINE;
        if (begin + taken > end)
            throw new IllegalStateException(
                    "%d bytes are too few for %d more".formatted(memory.byteSize(), bytes));
        if (atEnd) end -= taken;
        else begin += taken;
        return memory.asSlice(atEnd ? end : begin - taken, bytes);
    }
}
