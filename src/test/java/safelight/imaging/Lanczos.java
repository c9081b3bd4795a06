package safelight.imaging;

/// Resizing with a Lanczos window of three lobes in double precision, edges repeated: what results
/// are measured against.
final class Lanczos {
    private static final int LOBES = 3;

    private Lanczos() {}

    static double[][] resized(double[][] in, int width, int height) {
        return Pictures.transposed(down(Pictures.transposed(down(in, height)), width));
    }

    private static double[][] down(double[][] in, int height) {
        double scale = (double) in.length / height;
        double stretch = Math.max(1, scale);
        var out = new double[height][in[0].length];
        for (int y = 0; y < height; y++) {
            double centre = (y + 0.5) * scale - 0.5;
            int first = (int) Math.ceil(centre - LOBES * stretch);
            int last = (int) Math.floor(centre + LOBES * stretch);
            double weights = 0;
            for (int from = first; from <= last; from++) {
                double weight = window((from - centre) / stretch);
                var line = in[Math.clamp(from, 0, in.length - 1)];
                for (int x = 0; x < line.length; x++) out[y][x] += weight * line[x];
                weights += weight;
            }
            for (int x = 0; x < out[y].length; x++) out[y][x] /= weights;
        }
        return out;
    }

    private static double window(double t) {
        return Math.abs(t) >= LOBES ? 0 : sinc(t) * sinc(t / LOBES);
    }

    private static double sinc(double t) {
        return t == 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t);
    }
}
