package safelight.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IccProfileTest {
    private static final double[] SRGB_CURVE = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};

    static Optional<IccProfile> read(byte[] bytes) {
        return IccProfile.read(
                new ByteView(MemorySegment.ofArray(bytes), ByteOrder.BIG_ENDIAN, Format.JPEG));
    }

    private static byte[] java(int space) {
        return ICC_Profile.getInstance(space).getData();
    }

    @Test
    void srgbOfJavaIsSrgb() {
        var profile = read(java(ColorSpace.CS_sRGB)).orElseThrow();

        assertThat(profile.isSrgb()).isTrue();
        assertThat(profile.isNoWiderThanSrgb()).isTrue();
    }

    @Test
    void srgbIsKnownByItsParametersToo() {
        var curve = Profiles.parametric(3, SRGB_CURVE);

        assertThat(read(Profiles.matrix(Profiles.SRGB, curve)).orElseThrow().isSrgb()).isTrue();
    }

    @Test
    void srgbIsKnownByASmallTableToo() {
        var table =
                IntStream.range(0, 64)
                        .mapToDouble(i -> i / 63.0)
                        .map(v -> v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4))
                        .mapToInt(light -> (int) Math.round(light * 65_535))
                        .toArray();

        var profile = read(Profiles.matrix(Profiles.SRGB, Profiles.curve(table))).orElseThrow();

        assertThat(profile.isSrgb()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 1.8, 2.2, 2.4})
    void anotherGammaIsNotSrgb(double gamma) {
        var profile = read(Profiles.matrix(Profiles.SRGB, gamma)).orElseThrow();

        assertThat(profile.isSrgb()).isFalse();
        assertThat(profile.isNoWiderThanSrgb()).isTrue();
    }

    @Test
    void otherPrimariesAreNotSrgb() {
        var curve = Profiles.parametric(3, SRGB_CURVE);

        var narrow = read(Profiles.matrix(Profiles.GENERIC, curve)).orElseThrow();
        var wide = read(Profiles.matrix(Profiles.DISPLAY_P3, curve)).orElseThrow();

        assertThat(narrow.isSrgb()).isFalse();
        assertThat(narrow.isNoWiderThanSrgb()).isTrue();
        assertThat(wide.isSrgb()).isFalse();
        assertThat(wide.isNoWiderThanSrgb()).isFalse();
    }

    @Test
    void profilesForOtherColoursAreNone() {
        assertThat(read(java(ColorSpace.CS_GRAY))).isEmpty();
        assertThat(read(java(ColorSpace.CS_PYCC))).isEmpty();
        assertThat(read(Profiles.profile("CMYK", List.of()))).isEmpty();
    }

    @Test
    void profileWithTablesIsNone() {
        var table = new Profiles.Tag("A2B0", Profiles.ascii("mft2"));

        assertThat(read(Profiles.matrix(Profiles.GENERIC, Profiles.curve(461), table))).isEmpty();
    }

    @Test
    void profileWithoutAGamutIsNone() {
        var white = new double[] {0.3214, 0.3333, 0.2750};
        var black = new double[3];

        assertThat(read(Profiles.matrix(new double[][] {white, white, white}, 2))).isEmpty();
        assertThat(read(Profiles.matrix(new double[][] {black, black, black}, 2))).isEmpty();
    }

    @Test
    void everyCutOffProfileIsNoneOrReads() {
        var whole = java(ColorSpace.CS_sRGB);
        for (int length = 0; length < whole.length; length++) {
            var cut = Arrays.copyOf(whole, length);
            assertThatCode(() -> read(cut)).doesNotThrowAnyException();
        }
        assertThat(read(Arrays.copyOf(whole, 200))).isEmpty();
    }

    @Test
    void garbageIsNoneOrReads() {
        long seed = 31;
        var chance = new Random(seed);
        var profiles =
                List.of(
                        java(ColorSpace.CS_sRGB),
                        Profiles.matrix(Profiles.GENERIC, 1.8),
                        Profiles.matrix(Profiles.SRGB, Profiles.parametric(4, SRGB_CURVE)));
        for (int round = 0; round < 20_000; round++) {
            var bytes = profiles.get(round % 3).clone();
            int reach = round % 2 == 0 ? bytes.length : Math.min(bytes.length, 300);
            for (int i = chance.nextInt(8); i >= 0; i--)
                bytes[chance.nextInt(reach)] = (byte) chance.nextInt(256);
            assertThatCode(() -> read(bytes).map(p -> p.isSrgb() | p.isNoWiderThanSrgb()))
                    .as("seed %d, round %d", seed, round)
                    .doesNotThrowAnyException();
        }
    }
}
