package safelight.planes;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Against the same filters in double precision.
class ScalingTest {
    private static final double DB_RESIZE = 45;
    private static final int LOBES = 3;

    @ParameterizedTest
    @CsvSource({
        "300, 200",
        "150, 111",
        "77, 50",
        "20, 200",
        "333, 40",
        "5, 4",
        "600, 500",
        "334, 1"
    })
    void resizingIsLanczosOrCubic(int width, int height) {
        var photo = Samples.photolike(333, 241, 3);
        try (var arena = Arena.ofConfined()) {
            var across = line(333.0 / width, width);
            var down = line(241.0 / height, height);

            var out = Scaling.scale(Samples.plane(photo, arena), across, down, arena, () -> {});

            var half = resized(Samples.transposed(photo), across);
            var expected = resized(Samples.transposed(half), down);
            for (var l : expected)
                for (int x = 0; x < l.length; x++) l[x] = Math.clamp(l[x], 0, 255);
            assertThat(Samples.psnr(Samples.samples(out), expected)).isGreaterThan(DB_RESIZE);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.25, 0.5, -0.5})
    void shiftsByPartsOfASample(double by) {
        var slope = new double[20][100];
        for (var line : slope) for (int x = 0; x < 100; x++) line[x] = 20 + 2 * x;
        try (var arena = Arena.ofConfined()) {
            var out =
                    Scaling.scale(
                            Samples.plane(slope, arena),
                            new Scaling.Line(by, 1, 100),
                            new Scaling.Line(0, 1, 20),
                            arena,
                            () -> {});

            var samples = Samples.samples(out);
            for (int x = 4; x < 96; x++)
                assertThat(samples[10][x]).isBetween(20 + 2 * (x + by) - 1, 20 + 2 * (x + by) + 1);
        }
    }

    private static Scaling.Line line(double step, int count) {
        return new Scaling.Line(step / 2 - 0.5, step, count);
    }

    private static double[][] resized(double[][] in, Scaling.Line line) {
        double stretch = Math.max(1, line.step());
        var out = new double[line.count()][in[0].length];
        for (int y = 0; y < line.count(); y++) {
            double centre = line.first() + y * line.step();
            double sum = 0;
            for (int from = (int) Math.floor(centre - 4 * stretch);
                    from <= centre + 4 * stretch;
                    from++) {
                double t = Math.abs(from - centre) / stretch;
                double weight = line.step() > 1 ? lanczos(t) : cubic(t);
                var source = in[Math.clamp(from, 0, in.length - 1)];
                for (int x = 0; x < source.length; x++) out[y][x] += weight * source[x];
                sum += weight;
            }
            for (int x = 0; x < out[y].length; x++) out[y][x] /= sum;
        }
        return out;
    }

    private static double lanczos(double t) {
        if (t == 0) return 1;
        if (t >= LOBES) return 0;
        double angle = Math.PI * t;
        return LOBES * Math.sin(angle) * Math.sin(angle / LOBES) / (angle * angle);
    }

    private static double cubic(double t) {
        if (t < 1) return 1.5 * t * t * t - 2.5 * t * t + 1;
        return t < 2 ? -0.5 * t * t * t + 2.5 * t * t - 4 * t + 2 : 0;
    }
}
