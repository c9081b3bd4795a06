package safelight.planes;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/// 8-bit samples in native memory, line by line. A window shares the samples of its plane.
public record Plane(MemorySegment samples, int stride, int width, int height) {
    /// Lines are written in steps of this many samples, and may be read beyond their end by as
    /// many.
    static final int STEP = 64;

    /// The bytes of a plane of this size. There is room for another line, since encoders want even
    /// numbers of them.
    public static long bytes(int width, int height) {
        return (long) stride(width) * (height + 1) + STEP;
    }

    /// A plane whose samples are still to be written.
    public static Plane in(SegmentAllocator room, int width, int height) {
        var samples = room.allocate(bytes(width, height), STEP);
        return new Plane(samples, stride(width), width, height);
    }

    /// A part of it.
    public Plane window(int left, int top, int width, int height) {
        long from = (long) top * stride + left;
        return new Plane(samples.asSlice(from), stride, width, height);
    }

    /// Repeats the last sample of each line, and the last line, up to this size: at most three
    /// samples and one line more.
    public void extend(int width, int height) {
        for (int y = 0; y < this.height; y++)
            for (int x = this.width; x < width; x++)
                samples.set(
                        JAVA_BYTE,
                        (long) y * stride + x,
                        samples.get(JAVA_BYTE, (long) y * stride + this.width - 1));
        for (int y = this.height; y < height; y++)
            MemorySegment.copy(
                    samples, (long) (this.height - 1) * stride, samples, (long) y * stride, width);
    }

    /// Room for a line on the heap, as the arithmetic wants it.
    static byte[] line(int width) {
        return new byte[stride(width) + STEP];
    }

    void read(int y, byte[] line) {
        MemorySegment.copy(samples, JAVA_BYTE, (long) y * stride, line, 0, width);
    }

    void write(int y, byte[] line) {
        MemorySegment.copy(line, 0, samples, JAVA_BYTE, (long) y * stride, width);
    }

    private static int stride(int width) {
        return (width + STEP - 1) / STEP * STEP;
    }
}
