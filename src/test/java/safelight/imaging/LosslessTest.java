package safelight.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LosslessTest {
    private static final Planar PLANAR = Planar.open();

    private static byte[] develop(byte[] photo, String steps) {
        try (var source = Source.of(photo)) {
            return PLANAR.develop(
                            source,
                            Recipe.parse(steps + ">jpeg?quality=80&lossless=true"),
                            Limits.DEFAULT,
                            Watch.NONE)
                    .bytes();
        }
    }

    /// Decoded by the JDK, whose pixels are the same for the same coefficients.
    @ParameterizedTest
    @EnumSource(Sampling.class)
    void pixelsAreThoseOfThePhoto(Sampling sampling) {
        var chance = new Random(3);
        int across = sampling.unitAcross() * sampling.unitDown() / 8;
        var photo = Jpegs.of(Pictures.lopsided(6 * across, 5 * across), sampling, 90);
        for (int orientation = 1; orientation <= 8; orientation++) {
            boolean turned = orientation >= 5;
            int left = across * chance.nextInt(3);
            int top = across * chance.nextInt(2);
            var steps =
                    "crop?left=%d&top=%d&width=%d&height=%d;rotate?angle=%d"
                            .formatted(left, top, 2 * across, 2 * across, 90 * chance.nextInt(4));

            var result = develop(Pictures.withExif(photo, orientation), steps);

            var exact =
                    VipsTest.develop(
                                    Pictures.withExif(photo, orientation),
                                    steps + ">png?quality=80")
                            .bytes();
            assertThat(Pictures.difference(Pictures.decoded(result), Pictures.decoded(exact)))
                    .as("orientation %d, turned %s: %s", orientation, turned, steps)
                    .isLessThan(1.5);
        }
    }

    /// A progressive file says in a few bytes what takes as many bits as there are blocks
    /// otherwise.
    @Test
    void resultMayBeMuchLargerThanThePhoto() {
        var photo =
                Pictures.progressive(new BufferedImage(3_200, 3_200, BufferedImage.TYPE_INT_RGB));

        var result = develop(photo, "rotate?angle=90");

        assertThat(result.length).isGreaterThan(2 * photo.length);
    }

    @Test
    void secondEditLosesNothing() {
        var photo = Jpegs.of(Pictures.photolike(320, 240, 1), Sampling.HALF, 70);

        var there = develop(photo, "rotate?angle=90");
        var back = develop(there, "rotate?angle=270");

        assertThat(Pictures.difference(Pictures.decoded(back), Pictures.decoded(photo))).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "crop?left=8&top=16&width=32&height=32",
                "crop?left=16&top=5&width=32&height=32",
                "rotate?angle=90",
                "flip?direction=vertical"
            })
    void whatCutsBlocksIsRefusedWithTheReason(String steps) {
        var photo = Jpegs.of(Pictures.lopsided(160, 121), Sampling.HALF, 80);

        assertThatThrownBy(() -> develop(photo, steps))
                .isInstanceOfSatisfying(
                        BadRecipe.class,
                        e -> {
                            assertThat(e.problem().status()).isEqualTo(422);
                            assertThat(e.problem().faults().getFirst().pointer())
                                    .isEqualTo("/output/lossless");
                            assertThat(e.problem().detail()).contains("multiple of 16");
                        });
    }

    @Test
    void whatNeedsPixelsIsRefusedBeforeAnyWork() {
        assertThatThrownBy(() -> Recipe.parse("blur?sigma=1>jpeg?quality=80&lossless=true"))
                .isInstanceOf(BadRecipe.class)
                .hasMessageContaining("blur");
        assertThatThrownBy(() -> Recipe.parse(">png?quality=80&lossless=true"))
                .isInstanceOf(BadRecipe.class);
    }

    @Test
    void otherPhotosAreRefused() {
        assertThatThrownBy(() -> develop(Pictures.encoded(Pictures.lopsided(16, 16), "png"), ""))
                .isInstanceOf(BadRecipe.class)
                .hasMessageContaining("no JPEG");
    }

    @Test
    void canonicalTextCarriesIt() {
        var recipe = Recipe.parse("rotate?angle=90>jpeg?quality=33&lossless=true");

        assertThat(recipe.canonical()).isEqualTo("rotate?angle=90>jpeg?quality=80&lossless=true");
        assertThat(Recipe.parse(recipe.canonical())).isEqualTo(recipe);
    }
}
