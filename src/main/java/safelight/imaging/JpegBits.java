package safelight.imaging;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The coded bits of a scan alone, without the zeros behind bytes of ones, made as far as they are
/// wanted. Marks of restarts stay.
final class JpegBits {
    /// How many bytes may be read behind the last one.
    static final int SPARE = 4_096;

    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int RST = 0xd0;
    private static final int EOI = 0xd9;
    private static final int STEP = 64 << 10;
    // so that an int tells where each bit is
    private static final long BYTES_MAX = (1L << 28) - SPARE;

    private final ByteView data;
    private final MemorySegment memory;
    private long from;
    private long written;
    private boolean isWhole;

    JpegBits(ByteView data, SegmentAllocator room) {
        if (data.size() > BYTES_MAX) throw new TurboFault("too many bits");
        this.data = data;
        this.memory = room.allocate(data.size() + SPARE, 1);
    }

    MemorySegment memory() {
        return memory;
    }

    /// Those from `at` on, as the highest ones; 57 at least.
    long window(long at) {
        return memory.get(LONG, at >>> 3) << (at & 7);
    }

    /// Makes all up to `at`, if there are so many. What is read behind them has no meaning.
    ///
    /// @throws TurboFault if there is another mark
    void need(long at) {
        while (!isWhole && at > end()) more();
    }

    /// How many there are, as far as it is known.
    long end() {
        return written * Byte.SIZE;
    }

    private void more() {
        for (long most = written + STEP; written < most; ) {
            long ones = data.find255(from);
            long length = ones - from;
            MemorySegment.copy(data.bytes(), from, memory, written, length);
            written += length;
            int code = data.u8(ones + 1);
            from = ones + (code == 0xff ? 1 : 2);
            if (code == EOI) {
                isWhole = true;
                return;
            }
            if (code == 0) {
                put(0xff);
            } else if (code >= RST && code <= RST + 7) {
                put(0xff);
                put(code);
            } else if (code != 0xff) {
                throw new TurboFault("more than one scan");
            }
        }
    }

    private void put(int one) {
        memory.set(ValueLayout.JAVA_BYTE, written++, (byte) one);
    }
}
