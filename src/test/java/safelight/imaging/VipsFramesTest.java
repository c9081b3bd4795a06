package safelight.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VipsFramesTest {
    private static final Vips VIPS = Vips.open();

    private static Developed develop(byte[] photo, String recipe, Limits limits) {
        try (var source = Source.of(photo)) {
            return VIPS.develop(source, Recipe.parse(recipe), limits, Watch.NONE);
        }
    }

    private static Developed develop(byte[] photo, String recipe) {
        return develop(photo, recipe, Limits.DEFAULT);
    }

    @ParameterizedTest
    @EnumSource(
            value = Format.class,
            names = {"GIF", "WEBP"})
    void everyFrameReachesAWebp(Format format) {
        var result = develop(Samples.moving(format), ">webp?quality=90");

        assertThat(HeaderTest.read(result.bytes()))
                .isEqualTo(new Header(Format.WEBP, new Size(16, 16), 1, 2));
        assertThat(result.frames()).isEqualTo(2);
        assertThat(result.flags()).isEmpty();
        assertThat(delays(result.bytes())).containsExactly(100, 200);
    }

    /// The durations in a WebP's frames.
    private static int[] delays(byte[] webp) {
        var text = new String(webp, StandardCharsets.ISO_8859_1);
        return java.util.regex.Pattern.compile("ANMF")
                .matcher(text)
                .results()
                .mapToInt(m -> webp[m.start() + 20] & 0xff | (webp[m.start() + 21] & 0xff) << 8)
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "crop?left=2&top=3&width=11&height=7",
                "crop?aspect=2%3A1&gravity=attention",
                "resize?width=40&fit=contain",
                "rotate?angle=90;blur?sigma=1;resize?width=8&height=20&fit=fill",
                "flip?direction=vertical;sharpen?sigma=6&amount=1",
                "grayscale;adjust?brightness=1&contrast=1.5&saturation=1",
                "watermark?text=A&gravity=center&opacity=1&size=0.5"
            })
    void everyOperationWorksOnEveryFrame(String steps) {
        var recipe = Recipe.parse(steps + ">webp?quality=100");

        var result = develop(Samples.moving(Format.GIF), recipe.canonical());

        var size = recipe.sizeFor(new Size(16, 16), Limits.DEFAULT);
        assertThat(HeaderTest.read(result.bytes())).isEqualTo(new Header(Format.WEBP, size, 1, 2));
        assertThat(brightness(result.bytes(), size))
                .satisfies(
                        frames -> assertThat(frames[0]).as("the black one").isLessThan(90),
                        frames -> assertThat(frames[1]).as("the white one").isGreaterThan(170));
    }

    /// The mean of each frame.
    private static double[] brightness(byte[] webp, Size size) {
        try (var scope = new VipsScope(VipsLibrary.all().getFirst());
                var source = Source.of(webp)) {
            var tall = VipsFiles.loadFrames(scope, source.segment(), Format.WEBP, 2).inMemory();
            var still = new Output(Format.PNG, 80);
            var means = new double[2];
            for (int i = 0; i < 2; i++) {
                var frame = tall.crop(0, i * size.heightPx(), size);
                var picture = Pictures.decoded(VipsFiles.save(VipsMetadata.stripped(frame), still));
                means[i] =
                        Arrays.stream(Pictures.plane(picture, 8))
                                .flatMapToDouble(Arrays::stream)
                                .average()
                                .orElseThrow();
            }
            return means;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpeg", "png"})
    void stillFormatsShowTheFirstFrameAndSaySo(String format) {
        var result = develop(Samples.moving(Format.GIF), ">" + format + "?quality=90");

        assertThat(result.size()).isEqualTo(new Size(16, 16));
        assertThat(result.flags()).containsExactly(Developed.Flag.FIRST_FRAME);
        assertThat(Pictures.decoded(result.bytes()).getRGB(8, 8) & 0xffffff).isLessThan(0x050505);
    }

    @Test
    void framesBeyondTheBudgetAreLeftOut() {
        var limits = new Limits(1_000, 500);

        var result =
                develop(
                        Samples.moving(Format.GIF),
                        "resize?width=20&fit=contain>webp?quality=9",
                        limits);

        assertThat(HeaderTest.read(result.bytes()).frames()).isEqualTo(1);
        assertThat(result.flags()).containsExactly(Developed.Flag.FIRST_FRAME);
    }

    @Test
    void moreFramesThanMayBeDecodedAreRefusedByTheHeader() {
        assertThatThrownBy(() ->
                        develop(
                                Samples.moving(Format.GIF),
                                ">webp?quality=9",
                                new Limits(500, 500)))
                .isInstanceOf(BadPhoto.class)
                .hasMessageContaining("2 frames");
    }

    @Test
    void damageInALaterFrameIsThePhotosFault() {
        var photo = Samples.moving(Format.WEBP);
        photo[photo.length - 20] ^= (byte) 0xff;

        assertThatThrownBy(() -> develop(photo, "blur?sigma=1>webp?quality=9"))
                .isInstanceOf(BadPhoto.class);
    }

    @Test
    void manyFramesAreOne() {
        var recipe = Recipe.parse(">webp?quality=9");

        assertThat(recipe.framesFor(new Size(1, 1), Recipe.FRAMES_MAX, Limits.DEFAULT))
                .isEqualTo(Recipe.FRAMES_MAX);
        assertThat(recipe.framesFor(new Size(1, 1), Recipe.FRAMES_MAX + 1, Limits.DEFAULT))
                .isEqualTo(1);
    }

    @Test
    void saysWhatItAnimates() {
        assertThat(VIPS.decodesFrames()).containsExactlyInAnyOrder(Format.GIF, Format.WEBP);
        assertThat(VIPS.encodesFrames()).containsExactly(Format.WEBP);
    }
}
