package safelight.planes;

import java.util.Arrays;

/// Gaussian blur and unsharp masking of planes, in place. Only as many lines as the curve is wide
/// are held beside the plane; edges are repeated.
public final class Gauss {
    /// Wider curves have weights too coarse for 16 bits.
    public static final double SIGMA_MAX = 8;

    private static final double REACH = 3.5;
    private static final Lanes LANES = Lanes.best();

    private Gauss() {}

    /// Blurs by a sigma for each direction.
    public static void blur(Plane plane, double across, double down, Pace pace) {
        var ring = new Ring(LANES, false, plane, weights(across), weights(down));
        var out = Plane.line(plane.width());
        for (int y = 0; y < plane.height(); y++) {
            pace.line();
            LANES.down(ring.around(y), ring.down(), out, plane.width());
            plane.write(y, out);
        }
    }

    /// `out = in + amount * (in - blur(in, sigma))`.
    public static void sharpen(Plane plane, double sigma, double amount, Pace pace) {
        var ring = new Ring(LANES, true, plane, weights(sigma), weights(sigma));
        var line = Plane.line(plane.width());
        int fixed = (int) Math.round(amount * (1 << Lanes.AMOUNT_BITS));
        for (int y = 0; y < plane.height(); y++) {
            pace.line();
            var around = ring.around(y);
            plane.read(y, line);
            LANES.sharpen(around, ring.down(), fixed, line, plane.width());
            plane.write(y, line);
        }
    }

    /// The bytes on the heap that either needs for a plane of this width.
    public static long lines(double sigma, int width) {
        return (weights(sigma).length + 2L) * Short.BYTES * (width + 2L * Plane.STEP);
    }

    /// A bell that adds up to {@link Lanes#WHOLE}, without zeros at its ends. Each weight also
    /// makes up for what rounding took from those outside of it.
    static short[] weights(double sigma) {
        int radius = (int) Math.ceil(REACH * sigma);
        var bell = new double[radius + 1];
        for (int d = 0; d <= radius; d++) bell[d] = Math.exp(-d * d / (2 * sigma * sigma));
        double area = 2 * Arrays.stream(bell).sum() - bell[0];
        var weights = new short[2 * radius + 1];
        double outside = 0;
        int given = 0;
        for (int d = radius; d > 0; d--) {
            outside += bell[d] / area * Lanes.WHOLE;
            int weight = (int) Math.round(outside) - given;
            weights[radius - d] = weights[radius + d] = (short) weight;
            given += weight;
        }
        weights[radius] = (short) (Lanes.WHOLE - 2 * given);
        int zeros = 0;
        while (zeros < radius && weights[zeros] == 0) zeros++;
        return Arrays.copyOfRange(weights, zeros, weights.length - zeros);
    }
}
