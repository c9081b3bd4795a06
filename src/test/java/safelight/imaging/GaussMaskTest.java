package safelight.imaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GaussMaskTest {
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.3, 0.5, 1, 1.37, 2, 5, 8, 12, 20, 33.3, 100})
    void masksAreWhatVectorCodeTakesAsTheyAre(double sigma) {
        var mask = GaussMask.of(sigma, 0.02);

        int middle = mask.length / 2;
        assertThat(Integer.bitCount(Arrays.stream(mask).sum())).as("sum").isEqualTo(1);
        assertThat(mask[middle]).isBetween(16, 64);
        for (int i = 0; i < mask.length; i++) {
            double exact = Math.exp(-Math.pow(i - middle, 2) / (2 * sigma * sigma));
            assertThat(mask[i]).isEqualTo(mask[mask.length - 1 - i]).isNotNegative();
            assertThat((double) mask[i] / mask[middle]).isBetween(exact - 0.06, exact + 0.06);
        }
    }
}
