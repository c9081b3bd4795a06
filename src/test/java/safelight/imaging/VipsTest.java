package safelight.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.JarURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VipsTest {
    private static final double DB_BLUR = 50;
    private static final double DB_RESIZE = 45;
    private static final double DB_UNSHARP = 55;
    private static final double UPRIGHT_DIFFERENCE_MAX = 5;

    private static final Vips VIPS = Vips.open();

    static Developed develop(byte[] photo, String recipe) {
        return develop(photo, recipe, Watch.NONE);
    }

    private static Developed develop(byte[] photo, String recipe, Watch watch) {
        try (var source = Source.of(photo)) {
            return VIPS.develop(source, Recipe.parse(recipe), Limits.DEFAULT, watch);
        }
    }

    private static BufferedImage picture(byte[] photo, String steps) {
        return Pictures.decoded(develop(photo, steps + ">png?quality=80").bytes());
    }

    private static byte[] png(BufferedImage image) {
        return Pictures.encoded(image, "png");
    }

    @Test
    void saysWhatItCanDo() {
        assertThat(VIPS.engine()).matches("safelight-4\\+libvips-8\\.\\d+\\.\\d+");
        assertThat(VIPS.decodes()).contains(Format.JPEG, Format.PNG, Format.WEBP, Format.GIF);
        assertThat(VIPS.encodes()).contains(Format.JPEG, Format.PNG, Format.WEBP);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyOrientationComesOutUpright(int orientation) {
        var upright = Pictures.lopsided(120, 80);
        var stored = Pictures.encoded(Pictures.asStored(upright, orientation), "jpeg");

        var result = picture(Pictures.withExif(stored, orientation), "");

        assertThat(Pictures.difference(result, upright)).isLessThan(UPRIGHT_DIFFERENCE_MAX);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void cameraPhotosComeOutUpright(int orientation) throws IOException {
        var small = "resize?width=300&fit=contain";
        var first = picture(resource("/exif/Landscape_1.jpg"), small);

        var result = picture(resource("/exif/Landscape_" + orientation + ".jpg"), small);

        assertThat(Pictures.difference(result, first)).isLessThan(UPRIGHT_DIFFERENCE_MAX);
    }

    @Test
    void orientationIsNotAppliedTwice() {
        var stored = Pictures.encoded(Pictures.lopsided(64, 32), "jpeg");
        var once = develop(Pictures.withExif(stored, 6), ">jpeg?quality=95");

        var twice = develop(once.bytes(), ">jpeg?quality=95");

        assertThat(once.size()).isEqualTo(new Size(32, 64)).isEqualTo(twice.size());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1, 2, 5, 12})
    void blurIsGaussian(double sigma) {
        var photo = Pictures.photolike(320, 240, 1);

        var result = picture(png(photo), "blur?sigma=" + sigma);

        for (int shift = 0; shift <= 16; shift += 8) {
            var expected = Pictures.blurred(Pictures.plane(photo, shift), sigma);
            assertThat(Pictures.psnr(Pictures.plane(result, shift), expected))
                    .isGreaterThan(DB_BLUR);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,1", "0.5,2", "3,0.7", "8,1"})
    void sharpenIsUnsharpMaskingOnLuma(String parameters) {
        double sigma = Double.parseDouble(parameters.split(",")[0]);
        double amount = Double.parseDouble(parameters.split(",")[1]);
        var photo = Pictures.photolike(320, 240, 2);

        var result = picture(png(photo), "sharpen?sigma=%s&amount=%s".formatted(sigma, amount));

        var delta = lumaDelta(photo, sigma);
        for (int shift = 0; shift <= 16; shift += 8) {
            var expected = Pictures.plane(photo, shift);
            for (int y = 0; y < expected.length; y++)
                for (int x = 0; x < expected[y].length; x++)
                    expected[y][x] = Pictures.clipped(expected[y][x] + amount * delta[y][x]);
            assertThat(Pictures.psnr(Pictures.plane(result, shift), expected))
                    .isGreaterThan(DB_UNSHARP);
        }
    }

    private static double[][] lumaDelta(BufferedImage photo, double sigma) {
        var red = Pictures.plane(photo, 16);
        var green = Pictures.plane(photo, 8);
        var luma = Pictures.plane(photo, 0);
        for (int y = 0; y < luma.length; y++)
            for (int x = 0; x < luma[y].length; x++)
                luma[y][x] = .299 * red[y][x] + .587 * green[y][x] + .114 * luma[y][x];
        var soft = Pictures.blurred(luma, sigma);
        for (int y = 0; y < luma.length; y++)
            for (int x = 0; x < luma[y].length; x++) luma[y][x] -= soft[y][x];
        return luma;
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 150, 77})
    void shrinkingIsLanczos(int width) {
        var photo = Pictures.photolike(320, 240, 3);
        int height = 240 * width / 320;

        var result =
                picture(png(photo), "resize?width=%d&height=%d&fit=fill".formatted(width, height));

        for (int shift = 0; shift <= 16; shift += 8) {
            var expected = Lanczos.resized(Pictures.plane(photo, shift), width, height);
            for (var line : expected) Arrays.setAll(line, x -> Pictures.clipped(line[x]));
            assertThat(Pictures.psnr(Pictures.plane(result, shift), expected))
                    .isGreaterThan(DB_RESIZE);
        }
    }

    @Test
    void pngIsLossless() {
        var photo = Pictures.photolike(100, 70, 4);

        assertThat(Pictures.difference(picture(png(photo), ""), photo)).isZero();
    }

    @Test
    void sixteenBitsStaySixteenBits() {
        var deep = Pictures.deep(64, 64);

        var result = picture(png(deep), "");

        assertThat(result.getRaster().getSample(33, 44, 0))
                .isEqualTo(deep.getRaster().getSample(33, 44, 0));
    }

    @Test
    void alphaIsKeptAndTransparentColoursDoNotBleed() {
        var photo = new BufferedImage(40, 40, BufferedImage.TYPE_INT_ARGB);
        for (int y = 0; y < 40; y++)
            for (int x = 0; x < 40; x++) photo.setRGB(x, y, x < 20 ? 0xff0000ff : 0x00ff0000);

        var result = picture(png(photo), "blur?sigma=3;resize?width=20&fit=contain");

        assertThat(result.getRGB(0, 10) >>> 24).isEqualTo(255);
        assertThat(result.getRGB(19, 10) >>> 24).isZero();
        assertThat(result.getRGB(10, 10) >>> 24).isBetween(60, 200);
        assertThat(result.getRGB(10, 10) >> 16 & 0xff).as("red").isLessThan(3);
    }

    @Test
    void jpegPutsWhatIsTransparentOnWhite() {
        var clear = new BufferedImage(16, 16, BufferedImage.TYPE_INT_ARGB);

        var result = Pictures.decoded(develop(png(clear), ">jpeg?quality=90").bytes());

        assertThat(result.getRGB(8, 8)).isEqualTo(0xffffffff);
    }

    @Test
    void cmykBecomesRgb() {
        var cyan = Pictures.cmykJpeg(16, 16, 0, 255, 255, 255);

        var result = picture(cyan, "");

        assertThat(result.getRaster().getNumBands()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "crop?left=3&top=5&width=70&height=31",
                "crop?aspect=16%3A9&gravity=south",
                "crop?aspect=1%3A3&gravity=east",
                "resize?width=33&fit=contain",
                "resize?height=301&fit=contain",
                "resize?width=50&height=50&fit=contain",
                "resize?width=50&height=50&fit=cover",
                "resize?width=500&height=3&fit=cover",
                "resize?width=1&height=400&fit=cover",
                "resize?width=17&height=99&fit=fill",
                "resize?width=1&fit=contain",
                "rotate?angle=90",
                "rotate?angle=180;blur?sigma=3",
                "flip?direction=horizontal",
                "flip?direction=vertical;rotate?angle=270",
                "sharpen?sigma=1&amount=1",
                "sharpen?sigma=20&amount=1;blur?sigma=30"
            })
    void everySizeIsWhatTheRecipePromised(String steps) {
        var photo = Pictures.encoded(Pictures.lopsided(101, 77), "jpeg");
        var recipe = Recipe.parse(steps + ">png?quality=80");

        var result = picture(photo, steps);

        assertThat(new Size(result.getWidth(), result.getHeight()))
                .isEqualTo(recipe.sizeFor(new Size(101, 77), Limits.DEFAULT));
    }

    @Test
    void sizesHoldForRandomRecipes() {
        long seed = 11;
        var chance = new Random(seed);
        for (int round = 0; round < 150; round++) {
            var from = new Size(1 + chance.nextInt(200), 1 + chance.nextInt(200));
            var to = new Size(1 + chance.nextInt(300), 1 + chance.nextInt(300));
            var fit = List.of("contain", "cover", "fill").get(chance.nextInt(3));
            var steps =
                    "resize?width=%d&height=%d&fit=%s".formatted(to.widthPx(), to.heightPx(), fit);
            var photo = png(Pictures.lopsided(from.widthPx(), from.heightPx()));

            var result = picture(photo, steps);

            assertThat(new Size(result.getWidth(), result.getHeight()))
                    .as("seed %d, round %d: %s from %s", seed, round, steps, from)
                    .isEqualTo(
                            Recipe.parse(steps + ">png?quality=1").sizeFor(from, Limits.DEFAULT));
        }
    }

    @Test
    void stepsAreTakenOnTheUprightPictureInTheirOrder() {
        var upright = Pictures.lopsided(120, 80);
        var stored = png(upright);

        var result = picture(stored, "crop?left=10&top=20&width=60&height=40;rotate?angle=90");

        var expected = new BufferedImage(40, 60, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 60; y++)
            for (int x = 0; x < 40; x++) expected.setRGB(x, y, upright.getRGB(10 + y, 20 + 39 - x));
        assertThat(Pictures.difference(result, expected)).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = Format.class,
            names = {"JPEG", "PNG", "WEBP", "AVIF"})
    void whatIsWrittenReadsBack(Format format) {
        assumeThat(VIPS.encodes()).contains(format);
        var photo = Pictures.lopsided(64, 48);

        var written = develop(png(photo), ">" + format.id() + "?quality=90");

        assertThat(HeaderTest.read(written.bytes()))
                .isEqualTo(new Header(format, new Size(64, 48), 1, 1));
        assertThat(Pictures.difference(picture(written.bytes(), ""), photo)).isLessThan(4);
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void everyReadableFormatDevelops(Format format) {
        assumeThat(VIPS.decodes()).contains(format);

        var result = picture(Samples.of(format), "blur?sigma=1");

        assertThat(result.getRGB(8, 8) & 0xffffff).isLessThan(0x050505);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpeg", "png", "webp"})
    void placeIsStrippedAndCopyrightKept(String format) {
        int latitude = 0x51525354;
        var block = Pictures.exif(1, "Somebody 2026", latitude);
        var photo = Pictures.encoded(Pictures.lopsided(64, 48), "jpeg");
        photo = Pictures.withApp1(photo, "Exif\0\0", block);
        var xmp = "<x:xmpmeta xmlns:x='adobe:ns:meta/'>GPSLatitude 48,8N</x:xmpmeta>";
        photo =
                Pictures.withApp1(
                        photo,
                        "http://ns.adobe.com/xap/1.0/\0",
                        xmp.getBytes(StandardCharsets.UTF_8));

        var result = develop(photo, ">" + format + "?quality=90").bytes();

        var text = new String(result, StandardCharsets.ISO_8859_1);
        for (var trace : List.of("GPS", "TSRQ", "QRST"))
            assertThat(text.contains(trace)).as(trace).isFalse();
        // PNG packs its texts
        assertThat(text.contains("Somebody 2026") || text.contains("zTXtCopyright")).isTrue();
    }

    @Test
    void copyrightIsTheSameAfterManyEdits() {
        var plain = Pictures.encoded(Pictures.lopsided(16, 16), "jpeg");
        var photo = Pictures.withApp1(plain, "Exif\0\0", Pictures.exif(1, "Anna (c) 2026", 1));

        for (int i = 0; i < 3; i++) photo = develop(photo, ">jpeg?quality=90").bytes();

        var text = new String(photo, StandardCharsets.ISO_8859_1);
        assertThat(text.contains("Anna (c) 2026\0")).isTrue();
    }

    @Test
    void watchStopsAJobInTheMiddle() {
        var photo = Pictures.encoded(Pictures.lopsided(3_000, 2_000), "jpeg");
        var asked = new AtomicInteger();
        var watch =
                new Watch() {
                    @Override
                    public boolean isStopped() {
                        return asked.incrementAndGet() > 1;
                    }

                    @Override
                    public void progress(double fraction) {
                        assertThat(fraction).isLessThan(1);
                    }
                };

        assertThatThrownBy(() -> develop(photo, "blur?sigma=4>jpeg?quality=80", watch))
                .isInstanceOf(DarkroomStopped.class);
    }

    @Test
    void watchThatFailsDoesNotEndTheProcess() {
        var photo = Pictures.encoded(Pictures.lopsided(3_000, 2_000), "jpeg");
        var asked = new AtomicInteger();
        var watch =
                new Watch() {
                    @Override
                    public boolean isStopped() {
                        if (asked.incrementAndGet() > 1) throw new IllegalStateException("watch");
                        return false;
                    }

                    @Override
                    public void progress(double fraction) {
                        // only stopping matters here
                    }
                };

        assertThatThrownBy(() -> develop(photo, "blur?sigma=2>jpeg?quality=80", watch))
                .isInstanceOf(DarkroomStopped.class);
    }

    @Test
    void progressOnlyRisesAndEndsAtOne() {
        var seen = new CopyOnWriteArrayList<Double>();
        var watch =
                new Watch() {
                    @Override
                    public boolean isStopped() {
                        return false;
                    }

                    @Override
                    public void progress(double fraction) {
                        seen.add(fraction);
                    }
                };
        var photo = Pictures.encoded(Pictures.lopsided(800, 600), "jpeg");

        develop(photo, "rotate?angle=90;blur?sigma=2>jpeg?quality=80", watch);

        assertThat(seen).isSorted().endsWith(1.0);
    }

    @Test
    void bombIsRefused() {
        assertThatThrownBy(() -> develop(HeaderTest.pngHeader(65_536, 65_536), ">png?quality=1"))
                .isInstanceOf(BadPhoto.class)
                .hasMessageContaining("65536x65536");
    }

    @Test
    void pictureWithBrokenPixelsIsDamaged() {
        var photo = png(Pictures.photolike(200, 200, 5));
        Arrays.fill(photo, photo.length / 2, photo.length / 2 + 400, (byte) 0x55);

        assertThatThrownBy(() -> develop(photo, "blur?sigma=1>png?quality=1"))
                .isInstanceOfSatisfying(
                        BadPhoto.class, e -> assertThat(e.problem().status()).isEqualTo(422))
                .hasMessageContaining("PNG file cannot be decoded");
    }

    @Test
    void resultTooLongForItsFormatIsRefusedBeforeAnyWork() {
        var photo = png(Pictures.lopsided(10, 10));

        assertThatThrownBy(() ->
                        develop(photo, "resize?width=17000&height=2&fit=fill>webp?quality=80"))
                .isInstanceOf(BadRecipe.class)
                .hasMessageContaining("16383");
    }

    @Test
    void formatThatCannotBeWrittenIsRefusedWithThoseThatCan() {
        assertThatThrownBy(() -> develop(png(Pictures.lopsided(9, 9)), ">tiff?quality=80"))
                .isInstanceOf(BadRecipe.class)
                .hasMessageContaining("JPEG, PNG");
    }

    static List<String> broken() throws IOException {
        var one = VipsTest.class.getResource("/broken-jpeg/broken-sos-before-sof.jpg");
        var jar = ((JarURLConnection) one.openConnection()).getJarFile();
        return jar.stream()
                .map(entry -> "/" + entry.getName())
                .filter(name -> name.matches("/(broken-jpeg|jpeg)/.*\\.jpe?g"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("broken")
    void troublesomePhotosAreDevelopedOrRefusedWithASentence(String name) throws IOException {
        var photo = resource(name);

        assertThat(outcome(photo)).isIn("developed", "BadPhoto");
    }

    @Test
    void damagedBytesNeverEscapeAsAnythingElse() {
        long seed = 21;
        var chance = new Random(seed);
        var whole = Pictures.encoded(Pictures.photolike(64, 64, 6), "jpeg");
        for (int round = 0; round < 300; round++) {
            var bytes = round % 2 == 0 ? whole.clone() : Samples.of(Format.values()[round % 7]);
            for (int i = chance.nextInt(4); i >= 0; i--)
                bytes[chance.nextInt(bytes.length)] = (byte) chance.nextInt(256);
            assertThat(outcome(bytes))
                    .as("seed %d, round %d", seed, round)
                    .isIn("developed", "BadPhoto");
        }
    }

    static String outcome(byte[] bytes) {
        try {
            develop(bytes, "blur?sigma=1>jpeg?quality=80");
            return "developed";
        } catch (RuntimeException e) {
            return e.getClass().getSimpleName();
        }
    }

    static byte[] resource(String name) throws IOException {
        try (var in = VipsTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }
}
