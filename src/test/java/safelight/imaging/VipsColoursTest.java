package safelight.imaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VipsColoursTest {
    private static final double GAMMA = 461 / 256.0;
    private static final byte[] NARROW = Profiles.matrix(Profiles.GENERIC, GAMMA);
    private static final byte[] WIDE = Profiles.matrix(Profiles.DISPLAY_P3, 2.2);
    private static final double DIFFERENCE_MAX = 2;

    private static byte[] png(BufferedImage photo, byte[] profile) {
        return Profiles.embedded(Pictures.encoded(photo, "png"), profile);
    }

    private static byte[] develop(byte[] photo, String steps) {
        return VipsTest.develop(photo, steps + ">png?quality=80").bytes();
    }

    /// Every colour alike often, with `bits` a sample.
    private static BufferedImage colours(int bits, boolean alpha) {
        var chance = new Random(bits);
        int type = bits == 8 ? DataBuffer.TYPE_BYTE : DataBuffer.TYPE_USHORT;
        int transparency = alpha ? Transparency.TRANSLUCENT : Transparency.OPAQUE;
        var space = ColorSpace.getInstance(ColorSpace.CS_sRGB);
        var model = new ComponentColorModel(space, alpha, false, transparency, type);
        var raster = model.createCompatibleWritableRaster(90, 60);
        for (int y = 0; y < 60; y++)
            for (int x = 0; x < 90; x++)
                for (int band = 0; band < raster.getNumBands(); band++)
                    raster.setSample(x, y, band, chance.nextInt(1 << bits));
        return new BufferedImage(model, raster, false, null);
    }

    /// The mean difference of samples, in steps of 8 bits, to what `photo` looks like in sRGB.
    private static double[] differences(BufferedImage photo, BufferedImage result, int bits) {
        double most = (1 << bits) - 1;
        var sums = new double[photo.getRaster().getNumBands()];
        for (int y = 0; y < 60; y++)
            for (int x = 0; x < 90; x++) {
                var in = photo.getRaster().getPixel(x, y, new double[4]);
                var out = result.getRaster().getPixel(x, y, new double[4]);
                var expected =
                        Profiles.inSrgb(
                                Profiles.GENERIC, GAMMA, in[0] / most, in[1] / most, in[2] / most);
                for (int i = 0; i < 3; i++) sums[i] += Math.abs(out[i] / most - expected[i]) * 255;
                if (sums.length == 4) sums[3] += Math.abs(out[3] - in[3]);
            }
        for (int i = 0; i < sums.length; i++) sums[i] /= 60 * 90;
        return sums;
    }

    @ParameterizedTest
    @CsvSource({"8,false", "8,true", "16,false", "16,true"})
    void narrowColoursBecomeSrgb(int bits, boolean alpha) {
        var photo = colours(bits, alpha);

        var result = develop(png(photo, NARROW), "");

        var picture = Pictures.decoded(result);
        assertThat(picture.getSampleModel().getSampleSize(0)).isEqualTo(bits);
        assertThat(picture.getRaster().getNumBands()).isEqualTo(alpha ? 4 : 3);
        var differences = differences(photo, picture, bits);
        for (int i = 0; i < 3; i++) assertThat(differences[i]).isLessThan(DIFFERENCE_MAX);
        if (alpha) assertThat(differences[3]).isZero();
        assertThat(IccProfileTest.read(Profiles.of(result).orElseThrow()).orElseThrow().isSrgb())
                .isTrue();
    }

    @Test
    void secondEditChangesNoColours() {
        var once = develop(png(colours(8, false), NARROW), "");

        var twice = develop(once, "");

        assertThat(Pictures.difference(Pictures.decoded(twice), Pictures.decoded(once))).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16})
    void wideColoursKeepSamplesAndProfile(int bits) {
        var photo = colours(bits, false);

        assertKept(photo, WIDE);
    }

    @Test
    void srgbAndWhatIsNotUnderstoodAreKept() {
        var table = new Profiles.Tag("A2B0", Profiles.ascii("mft2"));
        var photo = colours(8, false);

        assertKept(photo, ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData());
        assertKept(photo, Profiles.matrix(Profiles.GENERIC, Profiles.curve(461), table));
    }

    private static void assertKept(BufferedImage photo, byte[] profile) {
        var result = develop(png(photo, profile), "");

        assertThat(Profiles.of(result)).hasValue(profile);
        var samples = Pictures.decoded(result).getRaster().getPixels(0, 0, 90, 60, (int[]) null);
        assertThat(samples).isEqualTo(photo.getRaster().getPixels(0, 0, 90, 60, (int[]) null));
    }

    @Test
    void profileThatOnlyTheEngineRefusesIsNoReasonToRefuseThePicture() {
        var profile = NARROW.clone();
        profile[8] = 0x7f; // a version that nobody knows

        var result = develop(png(Pictures.lopsided(90, 60), profile), "blur?sigma=1");

        assertThat(Pictures.decoded(result).getWidth()).isEqualTo(90);
    }

    @Test
    void damagedProfilesAreNoReasonToRefuseThePicture() {
        long seed = 41;
        var chance = new Random(seed);
        var photo = Pictures.lopsided(20, 10);
        for (int round = 0; round < 300; round++) {
            var profile = NARROW.clone();
            for (int i = chance.nextInt(6); i >= 0; i--)
                profile[chance.nextInt(profile.length)] = (byte) chance.nextInt(256);

            var result = develop(png(photo, profile), "");

            assertThat(Pictures.decoded(result).getWidth())
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(20);
        }
    }

    @Test
    void stepsWorkOnSrgb() {
        var photo = png(Pictures.photolike(90, 60, 9), NARROW);
        var steps = "rotate?angle=90;resize?width=30&fit=contain;sharpen?sigma=1&amount=1";

        var result = develop(photo, steps);

        var expected = develop(develop(photo, ""), steps);
        assertThat(Pictures.difference(Pictures.decoded(result), Pictures.decoded(expected)))
                .isZero();
    }
}
