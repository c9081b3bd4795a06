package safelight.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import safelight.base.Digest;

/// Operations against the same ones in double precision, with 8 and 16 bits a sample.
class VipsOperationsTest {
    private static final double[] LUMA = {0.299, 0.587, 0.114};
    private static final double HALF_A_STEP = 0.51;
    private static final Vips VIPS = Vips.open();

    private static BufferedImage picture(byte[] photo, String steps) {
        return Pictures.decoded(develop(photo, steps + ">png?quality=80").bytes());
    }

    private static Developed develop(byte[] photo, String recipe, byte[]... marks) {
        try (var source = Source.of(photo)) {
            for (var mark : marks) source.add(Digest.of(mark), Source.of(mark));
            return VIPS.develop(source, Recipe.parse(recipe), Limits.DEFAULT, Watch.NONE);
        }
    }

    private static byte[] png(BufferedImage image) {
        return Pictures.encoded(image, "png");
    }

    /// Shapes with edges, `bands` of `bits` a sample; the last of an even number is alpha.
    private static BufferedImage shapes(int bits, int bands) {
        var space = ColorSpace.getInstance(bands < 3 ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB);
        boolean alpha = bands % 2 == 0;
        var model =
                new ComponentColorModel(
                        space,
                        alpha,
                        false,
                        alpha ? Transparency.TRANSLUCENT : Transparency.OPAQUE,
                        bits == 8 ? DataBuffer.TYPE_BYTE : DataBuffer.TYPE_USHORT);
        var raster = model.createCompatibleWritableRaster(160, 120);
        var image = Pictures.photolike(160, 120, bands);
        var fine = new Random(bits);
        int most = (1 << bits) - 1;
        for (int y = 0; y < 120; y++)
            for (int x = 0; x < 160; x++)
                for (int band = 0; band < bands; band++) {
                    int rough = image.getRGB((x + 7 * band) % 160, y) >> 8 * (band % 3) & 0xff;
                    int noise = bits == 8 ? 0 : fine.nextInt(257);
                    raster.setSample(x, y, band, Math.min(most, rough * (most / 255) + noise));
                }
        return new BufferedImage(model, raster, false, null);
    }

    private static double[][] plane(BufferedImage image, int band) {
        var plane = new double[image.getHeight()][image.getWidth()];
        for (int y = 0; y < plane.length; y++)
            for (int x = 0; x < plane[y].length; x++)
                plane[y][x] = image.getRaster().getSample(x, y, band);
        return plane;
    }

    private static double[][] each(double[][] plane, DoubleUnaryOperator change) {
        var out = new double[plane.length][];
        for (int y = 0; y < plane.length; y++)
            out[y] = java.util.Arrays.stream(plane[y]).map(change).toArray();
        return out;
    }

    /// In dB below the largest sample.
    private static double psnr(BufferedImage result, int band, double[][] expected, int bits) {
        double most = (1 << bits) - 1;
        var scaled = each(expected, v -> Math.clamp(Math.round(v), 0, most) * 255 / most);
        return Pictures.psnr(each(plane(result, band), v -> v * 255 / most), scaled);
    }

    @ParameterizedTest
    @CsvSource({"8,3,50", "16,3,70", "16,1,70"})
    void blurIsGaussianAtEveryDepth(int bits, int bands, double decibels) {
        var photo = shapes(bits, bands);

        var result = picture(png(photo), "blur?sigma=2");

        assertThat(result.getSampleModel().getSampleSize(0)).isEqualTo(bits);
        for (int band = 0; band < bands; band++)
            assertThat(psnr(result, band, Pictures.blurred(plane(photo, band), 2), bits))
                    .isGreaterThan(decibels);
    }

    @ParameterizedTest
    @CsvSource({"8,55", "16,75"})
    void sharpenIsUnsharpMaskingAtEveryDepth(int bits, double decibels) {
        var photo = shapes(bits, 3);

        var result = picture(png(photo), "sharpen?sigma=1&amount=1.5");

        var luma = luma(photo);
        var soft = Pictures.blurred(luma, 1);
        for (int band = 0; band < 3; band++) {
            var expected = plane(photo, band);
            for (int y = 0; y < expected.length; y++)
                for (int x = 0; x < expected[y].length; x++)
                    expected[y][x] += 1.5 * (luma[y][x] - soft[y][x]);
            assertThat(psnr(result, band, expected, bits)).isGreaterThan(decibels);
        }
    }

    private static double[][] luma(BufferedImage photo) {
        var sum = new double[photo.getHeight()][photo.getWidth()];
        for (int band = 0; band < 3; band++) {
            var plane = plane(photo, band);
            for (int y = 0; y < sum.length; y++)
                for (int x = 0; x < sum[y].length; x++) sum[y][x] += LUMA[band] * plane[y][x];
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource({"8,45", "16,45"})
    void shrinkingIsLanczosAtEveryDepth(int bits, double decibels) {
        var photo = shapes(bits, 3);

        var result = picture(png(photo), "resize?width=70&height=50&fit=fill");

        for (int band = 0; band < 3; band++)
            assertThat(psnr(result, band, Lanczos.resized(plane(photo, band), 70, 50), bits))
                    .isGreaterThan(decibels);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16})
    void transparencyWeighsInBlurAtEveryDepth(int bits) {
        var photo = shapes(bits, 4);

        var result = picture(png(photo), "blur?sigma=2");

        double most = (1 << bits) - 1;
        var alpha = Pictures.blurred(plane(photo, 3), 2);
        var weighed = plane(photo, 0);
        var opaque = plane(photo, 3);
        for (int y = 0; y < weighed.length; y++)
            for (int x = 0; x < weighed[y].length; x++) weighed[y][x] *= opaque[y][x];
        weighed = Pictures.blurred(weighed, 2);
        for (int y = 0; y < weighed.length; y++)
            for (int x = 0; x < weighed[y].length; x++)
                weighed[y][x] = Math.min(most, weighed[y][x] / Math.max(1, alpha[y][x]));
        assertThat(psnr(result, 3, alpha, bits)).isGreaterThan(50);
        assertThat(psnr(result, 0, weighed, bits)).isGreaterThan(45);
    }

    @ParameterizedTest
    @CsvSource({
        "8,3,1.2,1,1",
        "8,3,1,1.5,1",
        "8,3,0.8,1.3,1.7",
        "8,3,1,1,0",
        "8,4,1.1,0.5,2",
        "8,1,1.3,0.9,3",
        "16,3,0.8,1.3,1.7",
        "16,4,1.1,0.5,2",
        "16,2,1.3,0.9,3"
    })
    void adjustIsWhatItsDefinitionSays(
            int bits, int bands, double brightness, double contrast, double saturation) {
        var photo = shapes(bits, bands);

        var result =
                picture(
                        png(photo),
                        "adjust?brightness=%s&contrast=%s&saturation=%s"
                                .formatted(brightness, contrast, saturation));

        double most = (1 << bits) - 1;
        var in = new double[bands];
        var out = new double[bands];
        for (int y = 0; y < photo.getHeight(); y++)
            for (int x = 0; x < photo.getWidth(); x++) {
                photo.getRaster().getPixel(x, y, in);
                result.getRaster().getPixel(x, y, out);
                int colours = bands < 3 ? 1 : 3;
                double luma = 0;
                for (int i = 0; i < colours; i++) {
                    in[i] = contrast * (brightness * in[i] - most / 2) + most / 2;
                    luma += (colours == 1 ? 1 : LUMA[i]) * in[i];
                }
                for (int i = 0; i < colours; i++) {
                    double expected = Math.clamp(luma + saturation * (in[i] - luma), 0, most);
                    assertThat(Math.abs(out[i] - expected)).isLessThan(HALF_A_STEP);
                }
                if (bands % 2 == 0) assertThat(out[bands - 1]).isEqualTo(in[bands - 1]);
            }
    }

    @ParameterizedTest
    @CsvSource({"8,3", "8,4", "16,3", "16,4"})
    void grayscaleIsTheLuma(int bits, int bands) {
        var photo = shapes(bits, bands);

        var result = picture(png(photo), "grayscale");

        assertThat(result.getRaster().getNumBands()).isEqualTo(bands - 2);
        assertThat(result.getSampleModel().getSampleSize(0)).isEqualTo(bits);
        var expected = luma(photo);
        for (int y = 0; y < expected.length; y++)
            for (int x = 0; x < expected[y].length; x++) {
                double sample = result.getRaster().getSample(x, y, 0);
                assertThat(Math.abs(sample - expected[y][x])).isLessThan(HALF_A_STEP);
            }
        if (bands == 4) assertThat(plane(result, 1)).isDeepEqualTo(plane(photo, 3));
    }

    @Test
    void grayOfWideColoursHasNoProfileOfColours() {
        var wide = Profiles.embedded(png(shapes(8, 3)), Profiles.matrix(Profiles.DISPLAY_P3, 2.2));

        var result = develop(wide, "grayscale>png?quality=80").bytes();

        assertThat(Profiles.of(result)).isEmpty();
        assertThat(Pictures.decoded(result).getRaster().getNumBands()).isEqualTo(1);
    }

    @Test
    void sixteenBitsAreRoundedToEight() {
        var deep = Pictures.deep(64, 64);

        var result = Pictures.decoded(develop(png(deep), ">jpeg?quality=100").bytes());

        for (int i = 0; i < 64; i++)
            assertThat((double) result.getRaster().getSample(i, i, 0))
                    .isBetween(
                            deep.getRaster().getSample(i, i, 0) / 257.0 - 1.5,
                            deep.getRaster().getSample(i, i, 0) / 257.0 + 1.5);
        assertThat(mean(result)).isBetween(mean(deep) / 257 - 0.05, mean(deep) / 257 + 0.05);
    }

    private static double mean(BufferedImage image) {
        double sum = 0;
        for (var line : plane(image, 0)) for (double v : line) sum += v;
        return sum / image.getWidth() / image.getHeight();
    }

    private static BufferedImage flat(int width, int height, int rgb) {
        return drawn(width, height, image -> fill(image, 0, 0, width, height, rgb));
    }

    private static BufferedImage drawn(int width, int height, Consumer<BufferedImage> drawing) {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        drawing.accept(image);
        return image;
    }

    private static void fill(BufferedImage image, int left, int top, int w, int h, int rgb) {
        for (int y = top; y < top + h; y++)
            for (int x = left; x < left + w; x++) image.setRGB(x, y, rgb);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 150, 290})
    void attentionFindsWhatStandsOut(int left) {
        var photo =
                drawn(
                        400,
                        100,
                        image -> {
                            fill(image, 0, 0, 400, 100, 0x808078);
                            for (int i = 0; i < 100; i += 10)
                                fill(image, left + i, i, 8, 8, 0xff2000 + 0xd0 * (i % 20));
                        });

        var result = picture(png(photo), "crop?aspect=1%3A1&gravity=attention");

        assertThat(result.getWidth()).isEqualTo(100);
        int seen = 0;
        for (int i = 0; i < 100; i++)
            for (int y = 0; y < 100; y++) if ((result.getRGB(i, y) >> 16 & 0xff) > 200) seen++;
        assertThat(seen).as("of 640").isGreaterThan(300);
    }

    @ParameterizedTest
    @ValueSource(strings = {"blur?sigma=1;", "rotate?angle=180;", ""})
    void attentionFollowsAnyStep(String before) {
        var photo = Pictures.encoded(Pictures.photolike(300, 200, 8), "jpeg");

        var result = picture(photo, before + "crop?aspect=1%3A2&gravity=attention;blur?sigma=2");

        assertThat(result.getWidth()).isEqualTo(100);
    }

    @ParameterizedTest
    @CsvSource({
        "center,75,50",
        "north,75,2",
        "southeast,148,98",
        "northwest,2,2",
        "southwest,2,98",
        "northeast,148,2",
        "west,2,50",
        "east,148,50",
        "south,75,98"
    })
    void pictureMarkLiesWhereGravitySays(String gravity, int left, int top) {
        var mark = png(flat(10, 10, 0xff0000));
        var recipe =
                "watermark?photo=%s&gravity=%s&opacity=1&size=0.5>png?quality=80"
                        .formatted(Digest.of(mark), gravity);

        var result = Pictures.decoded(develop(png(flat(200, 100, 0x0000ff)), recipe, mark).bytes());

        // 50x50 with a margin of two hundredths of the shorter side
        int x = Math.clamp(left, 2, 148);
        int y = Math.clamp(top, 2, 48);
        if (top == 50) y = 25;
        for (int dy = -1; dy <= 50; dy++)
            for (int dx = -1; dx <= 50; dx++) {
                boolean inside = dx >= 0 && dy >= 0 && dx < 50 && dy < 50;
                assertThat(result.getRGB(x + dx, y + dy))
                        .isEqualTo(inside ? 0xffff0000 : 0xff0000ff);
            }
    }

    @ParameterizedTest
    @CsvSource({"8,3", "8,4", "16,3", "16,4", "8,1", "16,2"})
    void pictureMarkIsLaidOver(int bits, int bands) {
        var photo = shapes(bits, bands);
        var mark = new BufferedImage(40, 30, BufferedImage.TYPE_INT_ARGB);
        for (int y = 0; y < 30; y++)
            for (int x = 0; x < 40; x++) mark.setRGB(x, y, x * 6 << 24 | 0x20f040 + x + y);
        var bytes = png(mark);
        var recipe =
                "watermark?photo=%s&gravity=northwest&opacity=0.8&size=0.25>png?quality=80"
                        .formatted(Digest.of(bytes));

        var result = Pictures.decoded(develop(png(photo), recipe, bytes).bytes());

        double most = (1 << bits) - 1;
        int colours = bands < 3 ? 1 : 3;
        boolean alpha = bands % 2 == 0;
        for (int y = 0; y < 30; y++)
            for (int x = 0; x < 40; x++) {
                double a = 0.8 * (x * 6) / 255;
                var under = photo.getRaster().getPixel(2 + x, 2 + y, new double[4]);
                var out = result.getRaster().getPixel(2 + x, 2 + y, new double[4]);
                double b = alpha ? under[bands - 1] / most : 1;
                double both = a + b * (1 - a);
                for (int i = 0; i < 3; i++) {
                    double m = (mark.getRGB(x, y) >> 16 - 8 * i & 0xff) / 255.0;
                    double u = under[colours == 1 ? 0 : i] / most;
                    double expected = both == 0 ? 0 : (m * a + u * b * (1 - a)) / both;
                    assertThat(Math.abs(out[i] - expected * most)).isLessThan(HALF_A_STEP);
                }
                if (alpha) assertThat(Math.abs(out[3] - both * most)).isLessThan(HALF_A_STEP);
            }
        assertThat(result.getRaster().getSample(159, 119, 0))
                .isEqualTo(photo.getRaster().getSample(159, 119, 0));
    }

    @Test
    void markTakesThePhotosColours() {
        var wide = Profiles.matrix(Profiles.DISPLAY_P3, 2.2);
        var photo = Profiles.embedded(png(flat(100, 100, 0x000000)), wide);
        var mark = png(flat(10, 10, 0xff0000));
        var recipe =
                "watermark?photo=%s&gravity=center&opacity=1&size=1>png?quality=80"
                        .formatted(Digest.of(mark));

        var result = develop(photo, recipe, mark).bytes();

        // the red of sRGB is no corner of Display P3
        int rgb = Pictures.decoded(result).getRaster().getSample(50, 50, 0);
        assertThat(Profiles.of(result)).hasValue(wide);
        assertThat(rgb).isBetween(228, 240);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00a9 Anna 2026", "\uc0ac\uc9c4 \uc791\uac00", "<b>&amp;</b>"})
    void textIsWhiteWithAShadeAndStaysInside(String text) {
        var operation =
                Operations.read("watermark", Map.of("text", text, "opacity", 1, "size", 0.2));
        var recipe = new Recipe(java.util.List.of(operation), new Output(Format.PNG, 80));

        var result =
                Pictures.decoded(
                        develop(png(flat(300, 200, 0x808080)), recipe.canonical()).bytes());

        int white = 0;
        int dark = 0;
        for (int y = 0; y < 200; y++)
            for (int x = 0; x < 300; x++) {
                int grey = result.getRaster().getSample(x, y, 0);
                boolean edge = x > 296 || y > 196 || y < 90;
                if (edge) assertThat(grey).isEqualTo(0x80);
                if (grey > 250) white++;
                if (grey < 0x70) dark++;
            }
        assertThat(white).as("white").isGreaterThan(200);
        assertThat(dark).as("dark").isGreaterThan(100);
    }

    @Test
    void markupIsShownAndNotFollowed() {
        var plain = widthOf("<b>x</b>");

        assertThat(plain).isGreaterThan(4 * widthOf("x"));
    }

    private static int widthOf(String text) {
        var operation = Operations.read("watermark", Map.of("text", text, "opacity", 1));
        var recipe = new Recipe(java.util.List.of(operation), new Output(Format.PNG, 80));
        var result =
                Pictures.decoded(
                        develop(png(flat(800, 400, 0x000000)), recipe.canonical()).bytes());
        int first = 800;
        for (int y = 0; y < 400; y++)
            for (int x = 0; x < 800; x++)
                if (result.getRaster().getSample(x, y, 0) > 100) first = Math.min(first, x);
        return 800 - first;
    }

    @ParameterizedTest
    @CsvSource({"1,1", "3,2", "2,300", "300,2"})
    void marksFitTheSmallestPictures(int width, int height) {
        var mark = png(flat(9, 5, 0xffffff));
        var steps =
                "watermark?text=W&gravity=north&opacity=1&size=1;"
                        + "watermark?photo=%s&gravity=east&opacity=1&size=0.01>png?quality=80";

        var result = develop(png(flat(width, height, 0)), steps.formatted(Digest.of(mark)), mark);

        assertThat(result.size()).isEqualTo(new Size(width, height));
    }

    @Test
    void longTextOnATallPictureIsNoBomb() {
        var text = "M".repeat(80);

        var result =
                develop(
                        png(flat(200, 3_000, 0)),
                        "watermark?text="
                                + text
                                + "&gravity=center&opacity=1&size=1>png?quality=1");

        assertThat(result.size()).isEqualTo(new Size(200, 3_000));
    }

    @Test
    void damagedMarkIsTheMarksFault() {
        var mark = png(Pictures.photolike(200, 200, 5));
        java.util.Arrays.fill(mark, mark.length / 2, mark.length / 2 + 400, (byte) 0x55);
        var recipe =
                "watermark?photo=%s&gravity=center&opacity=1&size=1>png?quality=80"
                        .formatted(Digest.of(mark));

        assertThatThrownBy(() -> develop(png(flat(9, 9, 0)), recipe, mark))
                .isInstanceOf(BadPhoto.class)
                .hasMessageContaining("watermark");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rotate?angle=90;watermark?text=A&gravity=south&opacity=1&size=0.3;blur?sigma=2",
                "blur?sigma=3;watermark?text=A&gravity=south&opacity=1&size=0.3;rotate?angle=90",
                "grayscale;watermark?text=A&gravity=south&opacity=1&size=0.3;sharpen?sigma=1&amount=1",
                "resize?width=50&fit=contain;grayscale;adjust?brightness=1&contrast=2&saturation=2",
                "adjust?brightness=1&contrast=2&saturation=2;rotate?angle=90;grayscale"
            })
    void stepsMixInAnyOrder(String steps) {
        var photo = Pictures.encoded(Pictures.photolike(120, 90, 8), "jpeg");
        var recipe = Recipe.parse(steps + ">png?quality=80");

        var result = develop(photo, recipe.canonical());

        assertThat(result.size()).isEqualTo(recipe.sizeFor(new Size(120, 90), Limits.DEFAULT));
    }
}
