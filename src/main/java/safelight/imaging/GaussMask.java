package safelight.imaging;

import java.util.Arrays;
import java.util.stream.IntStream;

/// A Gaussian in whole numbers, for one direction. Its sum is a power of two and none of its
/// numbers is above 64, which libvips' vector code takes as they are; others it rounds, and the
/// picture gets darker.
final class GaussMask {
    private static final int PEAK_MAX = 64;

    private GaussMask() {}

    /// Down to `smallest` of its peak.
    static int[] of(double sigma, double smallest) {
        int radius = (int) (sigma * Math.sqrt(-2 * Math.log(smallest)));
        var curve =
                IntStream.rangeClosed(-radius, radius)
                        .mapToDouble(d -> Math.exp(-d * d / (2 * sigma * sigma)))
                        .toArray();
        double area = Arrays.stream(curve).sum();
        int sum = Integer.highestOneBit((int) ((PEAK_MAX - 1) * area));
        return summingTo(sum, Arrays.stream(curve).map(v -> v * sum / area).toArray(), radius);
    }

    /// Rounded so that the sum is kept: what lost most by it is raised, or lowered, in pairs.
    private static int[] summingTo(int sum, double[] exact, int middle) {
        var mask = Arrays.stream(exact).mapToInt(v -> (int) Math.round(v)).toArray();
        int missing = sum - Arrays.stream(mask).sum();
        while (Math.abs(missing) > 1) {
            int step = Integer.signum(missing);
            int worst = 0;
            for (int i = 1; i < middle; i++)
                if (step * (exact[i] - mask[i]) > step * (exact[worst] - mask[worst])) worst = i;
            mask[worst] += step;
            mask[mask.length - 1 - worst] += step;
            missing -= 2 * step;
        }
        mask[middle] += missing;
        return mask;
    }
}
