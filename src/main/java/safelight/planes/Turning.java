package safelight.planes;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Turns planes by moving samples.
public final class Turning {
    /// Samples are turned in squares of this side.
    static final int BLOCK = 8;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Turning() {}

    /// Mirrors in place: left and right, top and bottom, or both.
    public static void mirror(Plane plane, boolean across, boolean down, Pace pace) {
        int height = plane.height();
        var above = Plane.line(plane.width());
        var below = Plane.line(plane.width());
        for (int y = 0; y < (down ? (height + 1) / 2 : height); y++) {
            pace.line();
            int other = down ? height - 1 - y : y;
            plane.read(y, above);
            plane.read(other, below);
            if (across) reverse(above, plane.width());
            if (across && other != y) reverse(below, plane.width());
            plane.write(other, above);
            if (other != y) plane.write(y, below);
        }
    }

    /// Lines become columns; then the result is mirrored as asked for.
    public static void transpose(Plane from, Plane to, boolean across, boolean down, Pace pace) {
        var lines = new byte[BLOCK][];
        for (int i = 0; i < BLOCK; i++) lines[i] = Plane.line(from.width());
        for (int y = 0; y < from.height(); y += BLOCK) {
            for (int i = 0; i < BLOCK; i++) {
                pace.line();
                int line = Math.min(y + i, from.height() - 1);
                from.read(across ? from.height() - 1 - line : line, lines[i]);
            }
            block(lines, to, y, down);
        }
    }

    /// Writes eight lines as columns from `column` on; from the last line of `to` upwards if
    /// `reversed`.
    static void block(byte[][] lines, Plane to, int column, boolean reversed) {
        int height = to.height();
        var square = new long[BLOCK];
        for (int x = 0; x < height; x += BLOCK) {
            for (int i = 0; i < BLOCK; i++) square[i] = (long) LONGS.get(lines[i], x);
            transpose(square);
            int count = Math.min(BLOCK, height - x);
            for (int i = 0; i < count; i++) {
                int row = reversed ? height - 1 - x - i : x + i;
                to.samples().set(LONG, (long) row * to.stride() + column, square[i]);
            }
        }
    }

    /// A square of eight times eight bytes (Warren, Hacker's Delight, 7-3), by halves.
    private static void transpose(long[] square) {
        swap(square, 4, 32, 0x00000000ffffffffL);
        swap(square, 2, 16, 0x0000ffff0000ffffL);
        swap(square, 1, 8, 0x00ff00ff00ff00ffL);
    }

    private static void swap(long[] square, int apart, int bits, long mask) {
        for (int i = 0; i < BLOCK; i++) {
            if ((i & apart) != 0) continue;
            long moved = ((square[i] >>> bits) ^ square[i + apart]) & mask;
            square[i + apart] ^= moved;
            square[i] ^= moved << bits;
        }
    }

    private static void reverse(byte[] line, int count) {
        for (int a = 0, b = count - 1; a < b; a++, b--) {
            byte kept = line[a];
            line[a] = line[b];
            line[b] = kept;
        }
    }
}
