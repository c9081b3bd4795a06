package safelight.planes;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/// Planes for tests, and planes as numbers.
final class Samples {
    private Samples() {}

    static Plane plane(double[][] samples, Arena arena) {
        var plane = Plane.in(arena, samples[0].length, samples.length);
        for (int y = 0; y < samples.length; y++)
            for (int x = 0; x < samples[y].length; x++)
                plane.samples()
                        .set(
                                ValueLayout.JAVA_BYTE,
                                (long) y * plane.stride() + x,
                                (byte) Math.round(samples[y][x]));
        return plane;
    }

    static double[][] samples(Plane plane) {
        var samples = new double[plane.height()][plane.width()];
        for (int y = 0; y < samples.length; y++)
            for (int x = 0; x < samples[y].length; x++)
                samples[y][x] =
                        plane.samples().get(ValueLayout.JAVA_BYTE, (long) y * plane.stride() + x)
                                & 0xff;
        return samples;
    }

    /// Discs, a slope and a little grain.
    static double[][] photolike(int width, int height, long seed) {
        var chance = new Random(seed);
        var samples = new double[height][width];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                samples[y][x] = 40 + 150.0 * x / width + 20 * Math.sin(y / 7.0);
        for (int i = 0; i < 30; i++) {
            int cx = chance.nextInt(width);
            int cy = chance.nextInt(height);
            int radius = 2 + chance.nextInt(Math.max(1, width / 6));
            int value = chance.nextInt(256);
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++)
                    if (Math.hypot(x - cx, y - cy) < radius) samples[y][x] = value;
        }
        for (var line : samples)
            for (int x = 0; x < width; x++)
                line[x] = Math.clamp(Math.round(line[x] + chance.nextGaussian()), 0, 255);
        return samples;
    }

    /// A Gaussian blur in double precision, edges repeated.
    static double[][] blurred(double[][] in, double sigma) {
        return transposed(across(transposed(across(in, sigma)), sigma));
    }

    static double[][] across(double[][] in, double sigma) {
        int radius = (int) Math.ceil(5 * sigma);
        var out = new double[in.length][in[0].length];
        for (int y = 0; y < in.length; y++)
            for (int x = 0; x < in[y].length; x++) {
                double sum = 0;
                double weights = 0;
                for (int d = -radius; d <= radius; d++) {
                    double weight = Math.exp(-d * d / (2 * sigma * sigma));
                    sum += weight * in[y][Math.clamp(x + d, 0, in[y].length - 1)];
                    weights += weight;
                }
                out[y][x] = sum / weights;
            }
        return out;
    }

    static double[][] transposed(double[][] in) {
        var out = new double[in[0].length][in.length];
        for (int y = 0; y < in.length; y++)
            for (int x = 0; x < in[y].length; x++) out[x][y] = in[y][x];
        return out;
    }

    /// Peak signal to noise, in dB.
    static double psnr(double[][] a, double[][] b) {
        double sum = 0;
        for (int y = 0; y < a.length; y++)
            for (int x = 0; x < a[y].length; x++) sum += Math.pow(a[y][x] - b[y][x], 2);
        return 10 * Math.log10(255 * 255 * (double) a.length * a[0].length / Math.max(sum, 1e-9));
    }
}
