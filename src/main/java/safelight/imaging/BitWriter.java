package safelight.imaging;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Writes bits as a JPEG's scan has them (ITU T.81, F.1.2.3): the highest first, a zero behind each
/// byte of ones.
final class BitWriter {
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int STEP = Integer.SIZE;
    // as in ByteView: finds bytes of ones
    private static final int ONES = 0x01010101;
    private static final int HIGHS = 0x80808080;
    private static final long LONG_ONES = 0x0101010101010101L;
    private static final long LONG_HIGHS = 0x8080808080808080L;
    private static final int SEVEN = 7 * Byte.SIZE;

    private final MemorySegment to;
    private long written;
    private long waiting;
    private int count;

    BitWriter(MemorySegment to) {
        this.to = to;
    }

    long written() {
        return written;
    }

    /// Bytes as they are; only before the first bits.
    void bytes(byte[] bytes) {
        MemorySegment.copy(bytes, 0, to, ValueLayout.JAVA_BYTE, written, bytes.length);
        written += bytes.length;
    }

    /// The lowest bits of `value`, 32 at most, no others being set.
    void put(long value, int length) {
        if (length == 0) return;
        waiting |= value << (Long.SIZE - count - length);
        count += length;
        if (count < STEP) return;
        int out = (int) (waiting >>> STEP);
        waiting <<= STEP;
        count -= STEP;
        int holes = ~out;
        if (((holes - ONES) & ~holes & HIGHS) == 0) {
            to.set(INT, written, out);
            written += Integer.BYTES;
        } else {
            for (int shift = STEP - Byte.SIZE; shift >= 0; shift -= Byte.SIZE)
                put((byte) (out >> shift));
        }
    }

    /// Bits of a segment from one place to another; there is room to read eight bytes behind. Seven
    /// bytes at a time, behind less than one that waits.
    void copy(MemorySegment bits, long from, long end) {
        while (count >= Byte.SIZE) putWaiting();
        long at = from;
        for (; end - at >= SEVEN; at += SEVEN) {
            long next = bits.get(LONG, at >>> 3) << (at & 7) >>> Byte.SIZE << Byte.SIZE;
            long word = waiting | (next >>> count);
            long holes = ~word;
            if (((holes - LONG_ONES) & ~holes & LONG_HIGHS) == 0) {
                to.set(LONG, written, word);
                written += SEVEN / Byte.SIZE;
            } else {
                for (int shift = SEVEN; shift > 0; shift -= Byte.SIZE) put((byte) (word >> shift));
            }
            waiting = word << SEVEN;
        }
        while (at < end) {
            int rest = (int) Math.min(STEP, end - at);
            put(bits.get(LONG, at >>> 3) << (at & 7) >>> (Long.SIZE - rest), rest);
            at += rest;
        }
    }

    private void putWaiting() {
        put((byte) (waiting >>> (Long.SIZE - Byte.SIZE)));
        waiting <<= Byte.SIZE;
        count -= Byte.SIZE;
    }

    /// Fills the last byte with ones, and ends the picture.
    void end() {
        int missing = -count & 7;
        put((1 << missing) - 1, missing);
        while (count > 0) putWaiting();
        to.set(ValueLayout.JAVA_BYTE, written++, (byte) 0xff);
        to.set(ValueLayout.JAVA_BYTE, written++, (byte) 0xd9);
    }

    private void put(byte one) {
        to.set(ValueLayout.JAVA_BYTE, written++, one);
        if (one == -1) to.set(ValueLayout.JAVA_BYTE, written++, (byte) 0);
    }
}
