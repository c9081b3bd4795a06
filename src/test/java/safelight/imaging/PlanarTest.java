package safelight.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Edits in planes look like the same edits in libvips.
class PlanarTest {
    private static final double UPRIGHT_DIFFERENCE_MAX = 5;
    private static final Planar PLANAR = Planar.open();

    private static Developed develop(byte[] photo, String recipe) {
        return develop(photo, recipe, Watch.NONE);
    }

    private static Developed develop(byte[] photo, String recipe, Watch watch) {
        try (var source = Source.of(photo)) {
            return PLANAR.develop(source, Recipe.parse(recipe), Limits.DEFAULT, watch);
        }
    }

    /// How far the result is from what libvips makes of it, which is exact in colours too.
    private static double difference(byte[] photo, String steps, int quality) {
        var ours = Pictures.decoded(develop(photo, steps + ">jpeg?quality=" + quality).bytes());
        var exact = Pictures.decoded(VipsTest.develop(photo, steps + ">png?quality=80").bytes());
        assertThat(ours.getWidth()).as(steps).isEqualTo(exact.getWidth());
        assertThat(ours.getHeight()).as(steps).isEqualTo(exact.getHeight());
        return Pictures.difference(ours, exact);
    }

    @Test
    void saysThatItWorksInPlanes() {
        assertThat(PLANAR.engine())
                .matches("safelight-\\d+(\\+libvips-8\\.\\d+\\.\\d+)+\\+planes-\\d+");
    }

    @ParameterizedTest
    @ValueSource(strings = {"png?quality=80", "webp?quality=90", "avif?quality=80"})
    void otherFormatsAreMadeOfPlanesToo(String output) {
        var photo = Jpegs.of(Pictures.photolike(640, 481, 7), Sampling.HALF, 92);
        for (var steps :
                List.of(
                        "resize?width=200&fit=contain",
                        "crop?left=3&top=5&width=301&height=211;blur?sigma=2",
                        "rotate?angle=90;sharpen?sigma=1&amount=1",
                        "grayscale")) {
            var theirs = VipsTest.develop(photo, steps + ">" + output).bytes();
            var exact = Pictures.decoded(VipsTest.develop(theirs, ">png?quality=80").bytes());

            var made = develop(photo, steps + ">" + output);

            var seen = VipsTest.develop(made.bytes(), ">png?quality=80").bytes();
            assertThat(Pictures.difference(Pictures.decoded(seen), exact))
                    .as(steps + " to " + output)
                    .isLessThan(3);
        }
    }

    /// Wide ones are made on a smaller picture.
    @ParameterizedTest
    @CsvSource({"GREY, 8", "GREY, 8.1", "GREY, 12", "GREY, 30", "GREY, 60", "HALF, 9", "FULL, 20"})
    void blurIsGaussianHoweverWide(Sampling sampling, double sigma) {
        var photo = Jpegs.of(Pictures.photolike(333, 241, 3), sampling, 92);
        var before = Pictures.decoded(VipsTest.develop(photo, ">png?quality=80").bytes());

        var made = develop(photo, "blur?sigma=" + sigma + ">png?quality=80").bytes();

        int green = before.getRaster().getNumBands() / 2;
        var expected = Pictures.blurred(band(before, green), sigma);
        assertThat(Pictures.psnr(band(Pictures.decoded(made), green), expected))
                .isGreaterThan(sampling == Sampling.GREY ? 50 : 47);
    }

    private static double[][] band(BufferedImage picture, int which) {
        var samples = new double[picture.getHeight()][picture.getWidth()];
        for (int y = 0; y < samples.length; y++)
            picture.getRaster().getSamples(0, y, picture.getWidth(), 1, which, samples[y]);
        return samples;
    }

    @Test
    void otherFormatsKeepProfileAndCopyright() {
        var photo =
                Pictures.withApp1(
                        Profiles.inJpeg(
                                Jpegs.of(Pictures.photolike(64, 48, 7), Sampling.HALF, 92),
                                Profiles.matrix(Profiles.DISPLAY_P3, 2.2)),
                        "Exif\0\0",
                        Pictures.exif(1, "(c) Ada", 1));

        var made = develop(photo, "blur?sigma=1>png?quality=80").bytes();

        assertThat(Profiles.of(made)).isPresent();
        assertThat(new String(made, java.nio.charset.StandardCharsets.ISO_8859_1))
                .contains("(c) Ada");
    }

    static Stream<String> cameraPhotos() {
        return IntStream.rangeClosed(0, 8)
                .boxed()
                .flatMap(i -> Stream.of("Landscape_" + i, "Portrait_" + i));
    }

    @ParameterizedTest
    @MethodSource("cameraPhotos")
    void cameraPhotosComeOutUprightFromEveryEdit(String name) throws IOException {
        var photo = VipsTest.resource("/exif/" + name + ".jpg");
        var first = VipsTest.resource("/exif/" + name.replaceAll("\\d", "1") + ".jpg");

        for (var steps :
                List.of(
                        "crop?left=33&top=21&width=301&height=401",
                        "resize?width=300&fit=contain",
                        "rotate?angle=90;resize?width=300&height=150&fit=cover")) {
            var expected = VipsTest.develop(first, steps + ">png?quality=80").bytes();
            var result = develop(photo, steps + ">jpeg?quality=92").bytes();
            assertThat(Pictures.difference(Pictures.decoded(result), Pictures.decoded(expected)))
                    .as(steps)
                    .isLessThan(UPRIGHT_DIFFERENCE_MAX);
        }
    }

    @ParameterizedTest
    @EnumSource(Sampling.class)
    void everySamplingIsEditedAsLibvipsDoes(Sampling sampling) {
        long seed = 5;
        var chance = new Random(seed);
        for (int round = 0; round < 15; round++) {
            int width = 40 + chance.nextInt(150);
            int height = 40 + chance.nextInt(150);
            var photo = Pictures.encoded(Pictures.lopsided(width, height), "jpeg");
            photo = Jpegs.of(Pictures.decoded(photo), sampling, 95);
            int orientation = 1 + chance.nextInt(8);
            boolean turned = orientation >= 5;
            var size = new Size(turned ? height : width, turned ? width : height);
            var steps = steps(chance, size);

            double apart =
                    difference(
                            Pictures.withExif(photo, orientation),
                            steps,
                            chance.nextBoolean() ? 95 : 89);

            assertThat(apart)
                    .as("seed %d, round %d: %s, orientation %d", seed, round, steps, orientation)
                    // libvips rounds the middle of what it covers to a pixel, and repeats colours
                    // that
                    // four pixels share
                    .isLessThan(
                            sampling == Sampling.QUARTER_ACROSS
                                    ? 8
                                    : steps.contains("cover") ? 5 : 2.5);
        }
    }

    private static String steps(Random chance, Size size) {
        int left = chance.nextInt(20);
        int top = chance.nextInt(20);
        var crop =
                "crop?left=%d&top=%d&width=%d&height=%d"
                        .formatted(
                                left,
                                top,
                                5 + chance.nextInt(size.widthPx() - left - 5),
                                5 + chance.nextInt(size.heightPx() - top - 5));
        var others =
                List.of(
                        "rotate?angle=" + 90 * chance.nextInt(4),
                        "flip?direction=horizontal",
                        "flip?direction=vertical",
                        "blur?sigma=" + (1 + chance.nextInt(30) / 10.0),
                        "sharpen?sigma=1&amount=0.5",
                        "crop?aspect=4%3A3&gravity=west",
                        "grayscale?",
                        "adjust?brightness=1.1&contrast=0.8&saturation=1.3",
                        "resize?width=" + (20 + chance.nextInt(100)) + "&fit=contain",
                        "resize?width=37&height=51&fit=cover");
        return Stream.of(
                        crop,
                        others.get(chance.nextInt(others.size())),
                        others.get(chance.nextInt(others.size())))
                .collect(java.util.stream.Collectors.joining(";"));
    }

    @Test
    void manyJobsAtOnceDoNotMixTheirMemory() {
        var photo = Jpegs.of(Pictures.photolike(400, 300, 1), Sampling.HALF, 90);
        var recipe = "resize?width=200&fit=contain;blur?sigma=1;rotate?angle=90>jpeg?quality=80";
        var expected = develop(photo, recipe).bytes();

        var all = IntStream.range(0, 60).parallel().mapToObj(_ -> develop(photo, recipe).bytes());

        assertThat(all.toList()).allSatisfy(bytes -> assertThat(bytes).isEqualTo(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "blur?sigma=4",
                "resize?width=900&fit=contain",
                "rotate?angle=90",
                "sharpen?sigma=1&amount=1",
                "flip?direction=horizontal"
            })
    void watchStopsEveryLongStep(String steps) {
        var photo = Jpegs.of(Pictures.lopsided(1_000, 800), Sampling.HALF, 80);
        var asked = new AtomicInteger();
        var watch =
                new Watch() {
                    @Override
                    public boolean isStopped() {
                        // at the start, after decoding, and then in the middle
                        return asked.incrementAndGet() > 2;
                    }

                    @Override
                    public void progress(double fraction) {
                        assertThat(fraction).isLessThan(0.5);
                    }
                };

        assertThatThrownBy(() -> develop(photo, steps + ">jpeg?quality=80", watch))
                .isInstanceOf(DarkroomStopped.class);
    }

    @Test
    void copyrightAndProfileAreKeptAndPlaceIsNot() {
        var photo = Jpegs.of(Pictures.lopsided(64, 48), Sampling.HALF, 90);
        var profile = Profiles.matrix(Profiles.DISPLAY_P3, Profiles.curve(461));
        photo = Profiles.inJpeg(photo, profile);
        photo = Pictures.withApp1(photo, "Exif\0\0", Pictures.exif(1, "Anna 2026", 0x51525354));

        var result = develop(photo, "blur?sigma=1>jpeg?quality=80").bytes();

        var parts = PlanarTest.parts(result);
        assertThat(parts.texts()).containsEntry(Exif.Text.COPYRIGHT, "Anna 2026");
        assertThat(parts.profile()).hasValueSatisfying(p -> assertThat(p).isEqualTo(profile));
        assertThat(new String(result, java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContain("TSRQ");
    }

    static JpegParts parts(byte[] jpeg) {
        return JpegParts.read(
                new ByteView(
                        java.lang.foreign.MemorySegment.ofArray(jpeg),
                        java.nio.ByteOrder.BIG_ENDIAN,
                        Format.JPEG));
    }

    @ParameterizedTest
    @MethodSource("safelight.imaging.VipsTest#broken")
    void troublesomePhotosEndAsTheyDoInLibvips(String name) throws IOException {
        var photo = VipsTest.resource(name);

        assertThat(outcome(photo)).isEqualTo(VipsTest.outcome(photo));
    }

    @Test
    void damagedBytesNeverEscapeAsAnythingElse() {
        long seed = 23;
        var chance = new Random(seed);
        for (int round = 0; round < 400; round++) {
            var sampling = Sampling.values()[chance.nextInt(Sampling.values().length)];
            var whole = Jpegs.of(Pictures.lopsided(64, 64), sampling, 80);
            for (int i = chance.nextInt(6); i >= 0; i--)
                whole[chance.nextInt(whole.length)] = (byte) chance.nextInt(256);
            assertThat(outcome(whole))
                    .as("seed %d, round %d", seed, round)
                    .isIn("developed", "BadPhoto");
        }
    }

    @Test
    void damagedCameraFilesNeverEscapeAsAnythingElse() throws IOException {
        long seed = 29;
        var chance = new Random(seed);
        var names = VipsTest.broken();
        for (int round = 0; round < 100; round++) {
            var name = names.get(chance.nextInt(names.size()));
            var bytes = VipsTest.resource(name);
            for (int i = chance.nextInt(8); i >= 0; i--)
                bytes[chance.nextInt(Math.min(bytes.length, 4_000))] = (byte) chance.nextInt(256);

            assertThat(outcome(bytes))
                    .as("seed %d, round %d: %s", seed, round, name)
                    .isIn("developed", "BadPhoto");
        }
    }

    private static String outcome(byte[] bytes) {
        try {
            develop(bytes, "blur?sigma=1>jpeg?quality=80");
            return "developed";
        } catch (RuntimeException e) {
            return e.getClass().getSimpleName();
        }
    }
}
