package safelight.planes;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Against the same operators in double precision.
class GaussTest {
    private static final double DB_BLUR = 50;
    private static final double DB_UNSHARP = 55;
    private static final Pace NONE = () -> {};

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5, 8})
    void blurIsGaussian(double sigma) {
        var photo = Samples.photolike(333, 241, 1);
        try (var arena = Arena.ofConfined()) {
            var plane = Samples.plane(photo, arena);

            Gauss.blur(plane, sigma, sigma, NONE);

            assertThat(Samples.psnr(Samples.samples(plane), Samples.blurred(photo, sigma)))
                    .isGreaterThan(DB_BLUR);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.5, 2", "1, 1", "1, 0.37", "1.5, 1.5", "3, 0.7", "8, 1"})
    void sharpenIsUnsharpMasking(double sigma, double amount) {
        var photo = Samples.photolike(333, 241, 2);
        try (var arena = Arena.ofConfined()) {
            var plane = Samples.plane(photo, arena);

            Gauss.sharpen(plane, sigma, amount, NONE);

            var expected = Samples.blurred(photo, sigma);
            for (int y = 0; y < photo.length; y++)
                for (int x = 0; x < photo[y].length; x++)
                    expected[y][x] =
                            Math.clamp(
                                    Math.round(
                                            photo[y][x] + amount * (photo[y][x] - expected[y][x])),
                                    0,
                                    255);
            assertThat(Samples.psnr(Samples.samples(plane), expected)).isGreaterThan(DB_UNSHARP);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 200", "200, 1", "2, 3", "63, 5", "64, 64", "65, 9"})
    void anySizeIsBlurred(int width, int height) {
        var photo = Samples.photolike(width, height, 3);
        try (var arena = Arena.ofConfined()) {
            var plane = Samples.plane(photo, arena);

            Gauss.blur(plane, 4, 2.5, NONE);
            Gauss.sharpen(plane, 4, 0, NONE);

            var half = Samples.across(photo, 4);
            var expected = Samples.transposed(Samples.across(Samples.transposed(half), 2.5));
            assertThat(Samples.psnr(Samples.samples(plane), expected)).isGreaterThan(DB_BLUR);
        }
    }

    @Test
    void blurOfAWindowSeesNothingOutside() {
        var photo = new double[40][200];
        for (int y = 10; y < 30; y++) for (int x = 50; x < 150; x++) photo[y][x] = 200;
        try (var arena = Arena.ofConfined()) {
            var plane = Samples.plane(photo, arena);

            Gauss.blur(plane.window(50, 10, 100, 20), 3, 3, NONE);

            assertThat(Samples.samples(plane)).isDeepEqualTo(photo);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.3, 0.7, 1, 2.2, 5, 8})
    void weightsAreABellThatAddsUp(double sigma) {
        var weights = Gauss.weights(sigma);

        assertThat(IntStream.range(0, weights.length).map(i -> weights[i]).sum()).isEqualTo(256);
        for (int i = 0; i < weights.length; i++)
            assertThat(weights[i])
                    .isNotNegative()
                    .isEqualTo(weights[weights.length - 1 - i])
                    .isLessThanOrEqualTo((short) (weights[weights.length / 2] + 1));
    }
}
