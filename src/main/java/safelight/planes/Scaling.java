package safelight.planes;

import java.lang.foreign.SegmentAllocator;

/// Resizes planes: each direction by itself, down with Lanczos of three lobes, up with the cubic of
/// Catmull and Rom; edges are repeated.
public final class Scaling {
    private static final int LOBES = 3;
    private static final int CUBIC_REACH = 2;
    private static final Lanes LANES = Lanes.best();

    private Scaling() {}

    /// Where the samples of a result lie in one direction: the middle of sample `i` is at `first +
    /// i * step` among the samples of the source, whose own middles are whole numbers.
    public record Line(double first, double step, int count) {}

    /// The bytes in native memory for the result and what lies between.
    public static long bytes(int width, Line across, Line down) {
        return Plane.bytes(down.count, width) + Plane.bytes(across.count, down.count);
    }

    /// The bytes on the heap that lines of this width need, for steps up to that.
    public static long lines(double step, int width) {
        return (taps(step) + Turning.BLOCK + 2L) * Short.BYTES * (width + 2L * Plane.STEP);
    }

    /// The plane seen through these samples.
    public static Plane scale(
            Plane from, Line across, Line down, SegmentAllocator room, Pace pace) {
        var to = Plane.in(room, across.count, down.count);
        var between = Plane.in(room, down.count, from.width());
        pass(from, between, down, pace);
        pass(between, to, across, pace);
        return to;
    }

    /// From top to bottom, written as columns: twice that, and all is in place again.
    private static void pass(Plane from, Plane to, Line line, Pace pace) {
        var source = new Source(from, taps(line.step));
        var block = new byte[Turning.BLOCK][];
        for (int i = 0; i < block.length; i++) block[i] = Plane.line(from.width());
        for (int y = 0; y < line.count; y += block.length) {
            for (int i = 0; i < block.length; i++) {
                if (y + i >= line.count) continue;
                pace.line();
                source.mix(line.first + (y + i) * line.step, line.step, block[i]);
            }
            Turning.block(block, to, y, false);
        }
    }

    private static int taps(double step) {
        return (int) Math.ceil(2 * reach(step)) + 1;
    }

    private static double reach(double step) {
        return step > 1 ? LOBES * step : CUBIC_REACH;
    }

    /// The lines that are being mixed.
    private static final class Source {
        private final Plane plane;
        private final byte[] raw;
        private final short[][] kept;
        private final short[][] mixed;
        private int read;

        Source(Plane plane, int taps) {
            this.plane = plane;
            this.raw = Plane.line(plane.width());
            this.kept = new short[Math.min(taps, plane.height())][raw.length];
            this.mixed = new short[taps][];
        }

        void mix(double centre, double step, byte[] out) {
            double reach = reach(step);
            int first = (int) Math.ceil(centre - reach);
            int last = (int) Math.floor(centre + reach);
            readTo(last);
            for (int i = first; i <= last; i++)
                mixed[i - first] = kept[Math.clamp(i, 0, plane.height() - 1) % kept.length];
            LANES.mix(mixed, weights(centre, step, first, last), out, plane.width());
        }

        private void readTo(int last) {
            while (read <= Math.min(last, plane.height() - 1)) {
                plane.read(read, raw);
                LANES.widen(raw, kept[read % kept.length], 0, plane.width());
                read++;
            }
        }
    }

    /// Each takes over what rounding left of those before it, so that all add up.
    static short[] weights(double centre, double step, int first, int last) {
        double stretch = Math.max(1, step);
        var exact = new double[last - first + 1];
        double area = 0;
        for (int i = 0; i < exact.length; i++) {
            double at = (first + i - centre) / stretch;
            exact[i] = step > 1 ? lanczos(at) : cubic(Math.abs(at));
            area += exact[i];
        }
        var weights = new short[exact.length];
        double sum = 0;
        int given = 0;
        for (int i = 0; i < exact.length; i++) {
            sum += exact[i] / area * Lanes.MIX_WHOLE;
            weights[i] = (short) (Math.round(sum) - given);
            given += weights[i];
        }
        return weights;
    }

    private static double lanczos(double t) {
        return Math.abs(t) >= LOBES ? 0 : sinc(t) * sinc(t / LOBES);
    }

    private static double sinc(double t) {
        return t == 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t);
    }

    private static double cubic(double t) {
        if (t >= CUBIC_REACH) return 0;
        return t < 1 ? (1.5 * t - 2.5) * t * t + 1 : ((-0.5 * t + 2.5) * t - 4) * t + 2;
    }
}
