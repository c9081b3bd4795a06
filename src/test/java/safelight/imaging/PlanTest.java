package safelight.imaging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// That the memory suffices is seen wherever a recipe is carried out: a slab that is too small
/// throws. Here is what it comes to.
class PlanTest {
    private static final Size SIX_MEGAPIXELS = new Size(3_000, 2_000);

    private static Plan plan(String recipe) {
        return Plan.of(SIX_MEGAPIXELS, Sampling.HALF, 1, Recipe.parse(recipe)).orElseThrow();
    }

    @Test
    void blurAndSharpenNeedThePictureAndTheFile() {
        var plan = plan("blur?sigma=2;sharpen?sigma=1&amount=1>jpeg?quality=80");

        long picture = plan.decoded().bytes();
        assertThat(picture).isBetween(9_000_000L, 9_400_000L);
        assertThat(plan.bytes()).isEqualTo(picture + plan.fileMost());
        assertThat(plan.lines()).isLessThan(1_000_000);
    }

    @Test
    void turningHoldsThePictureTwice() {
        var plan = plan("rotate?angle=90>jpeg?quality=80");

        assertThat(plan.bytes()).isGreaterThanOrEqualTo(2 * plan.decoded().bytes());
    }

    @ParameterizedTest
    @CsvSource({"3000, 8", "2000, 8", "1500, 7", "800, 4", "400, 2", "200, 1", "20, 1"})
    void largePhotosAreDecodedSmall(int width, int eighths) {
        var plan = plan("resize?width=" + width + "&fit=contain>jpeg?quality=80");

        assertThat(plan.eighths()).isEqualTo(eighths);
    }

    @Test
    void upscalingMakesNoMoreCopiesThanItNeeds() {
        var plan = plan("resize?width=6000&fit=contain>jpeg?quality=80");

        // 24 megapixels: the result, half of it between, the source, and the encoder's worst case
        assertThat(plan.bytes()).isLessThan(220_000_000);
    }

    @ParameterizedTest
    @CsvSource({
        "resize?width=30&fit=contain;blur?sigma=9>jpeg?quality=80, false",
        "sharpen?sigma=20&amount=1>jpeg?quality=80, false",
        "resize?width=3000&height=1&fit=fill>jpeg?quality=80, false",
        "blur?sigma=100>jpeg?quality=80, true"
    })
    void whatPlanesAreTooCoarseForIsLeftToLibvips(String recipe, boolean fit) {
        assertThat(Plan.of(SIX_MEGAPIXELS, Sampling.HALF, 1, Recipe.parse(recipe)).isPresent())
                .isEqualTo(fit);
    }

    @ParameterizedTest
    @CsvSource({
        "HALF, 80, HALF",
        "FULL, 89, HALF",
        "FULL, 90, FULL",
        "HALF_ACROSS, 95, HALF_ACROSS",
        "QUARTER_ACROSS, 95, QUARTER_ACROSS",
        "GREY, 95, GREY"
    })
    void coloursAreAsFineAsThePhotoAndTheQuality(Sampling in, int quality, Sampling out) {
        var recipe = Recipe.parse(">jpeg?quality=" + quality);

        assertThat(Plan.of(SIX_MEGAPIXELS, in, 1, recipe).orElseThrow().sampling()).isEqualTo(out);
    }
}
