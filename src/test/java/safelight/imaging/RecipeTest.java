package safelight.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import safelight.base.Digest;

class RecipeTest {
    private static final Output JPEG = new Output(Format.JPEG, 80);
    private static final Digest DIGEST = Digest.of(new byte[] {1});

    @Test
    void canonicalTextIsWrittenAsDocumented() {
        var recipe =
                new Recipe(List.of(new Operation.Crop(0, 0, 9, 9), new Operation.Blur(2.0)), JPEG);

        assertThat(recipe.canonical())
                .isEqualTo("crop?left=0&top=0&width=9&height=9;blur?sigma=2>jpeg?quality=80");
    }

    @Test
    void costCountsThePixelsThatEachStepWorksThrough() {
        var photo = new Size(4000, 3000);
        var blur = new Operation.Blur(2.0);
        var crop = new Operation.Crop(0, 0, 1000, 1000);

        // One for the job; decoding 12 and encoding 12 megapixels.
        assertThat(new Recipe(List.of(), JPEG).costFor(photo)).isEqualTo(25_000);
        assertThat(new Recipe(List.of(blur), JPEG).costFor(photo)).isEqualTo(37_000);
        // What is cut off first costs less later.
        assertThat(new Recipe(List.of(crop, blur), JPEG).costFor(photo)).isEqualTo(27_000);
        assertThat(new Recipe(List.of(blur, crop), JPEG).costFor(photo)).isEqualTo(38_000);
        assertThat(new Recipe(List.of(), JPEG).costFor(new Size(1, 1))).isEqualTo(1_000);
    }

    @Test
    void everyOperationSurvivesItsCanonicalText() {
        var recipe =
                new Recipe(
                        List.of(
                                new Operation.Crop(1, 2, 3, 4),
                                new Operation.CropToAspect(16, 9, Operation.Gravity.NORTH),
                                new Operation.Resize(
                                        Optional.of(5), Optional.empty(), Operation.Fit.COVER),
                                new Operation.Sharpen(0.75, 1.5),
                                new Operation.Blur(0.1),
                                new Operation.Rotate(270),
                                new Operation.Flip(Operation.Direction.VERTICAL),
                                new Operation.CropToAspect(1, 1, Operation.Gravity.ATTENTION),
                                new Operation.Adjust(0.5, 1, 4),
                                new Operation.Grayscale(),
                                mark(new Operation.Text("\u00a9 \uc0ac\uc9c4 <a&b;c>d?=+%41")),
                                mark(new Operation.Text("2026")),
                                mark(new Operation.Text("-5.0")),
                                mark(new Operation.Picture(DIGEST))),
                        new Output(Format.AVIF, 1));

        assertThat(Recipe.parse(recipe.canonical())).isEqualTo(recipe);
    }

    private static Operation mark(Operation.Mark mark) {
        return new Operation.Watermark(mark, Operation.Gravity.SOUTHWEST, 0.5, 0.25);
    }

    @Test
    void watermarkOfAPhotoIsNamedByItsDigest() {
        var recipe = new Recipe(List.of(mark(new Operation.Picture(DIGEST))), JPEG);

        assertThat(recipe.canonical())
                .isEqualTo(
                        "watermark?photo=%s&gravity=southwest&opacity=0.5&size=0.25>jpeg?quality=80"
                                .formatted(DIGEST));
        assertThat(recipe.marks()).containsExactly(DIGEST);
    }

    @Test
    void lettersStayShortInTheKeyOfAResult() {
        var text = "\ud55c".repeat(80);
        var marks = Collections.nCopies(4, mark(new Operation.Text(text)));

        var canonical = new Recipe(marks, JPEG).canonical();

        assertThat(canonical.getBytes(java.nio.charset.StandardCharsets.UTF_8).length)
                .isLessThan(1_500);
    }

    @Test
    void lettersThatLookAlikeAreTheSame() {
        var composed = Operations.read("watermark", Map.of("text", "\u00e9"));

        assertThat(Operations.read("watermark", Map.of("text", " e\u0301 "))).isEqualTo(composed);
    }

    @Test
    void fiveWatermarksAreTooMany() {
        var many = Collections.nCopies(5, mark(new Operation.Text("a")));

        assertThatThrownBy(() -> new Recipe(many, JPEG)).isInstanceOf(BadRecipe.class);
    }

    @Test
    void attentionKeepsTheSizeKnown() {
        var recipe = Recipe.parse("crop?aspect=1%3A2&gravity=attention>png?quality=80");

        assertThat(recipe.sizeFor(new Size(200, 100), Limits.DEFAULT)).hasToString("50x100");
    }

    @Test
    void recipesThatMeanTheSameReadTheSame() {
        var spelledOut = Operations.read("sharpen", Map.of("sigma", 1.0, "amount", 1));
        var terse = Operations.read("sharpen", Map.of());

        assertThat(new Recipe(List.of(terse), JPEG).canonical())
                .isEqualTo(new Recipe(List.of(spelledOut), JPEG).canonical());
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("melt", Map.of(), "/op"),
                Arguments.of("blur", Map.of(), "/sigma"),
                Arguments.of("blur", Map.of("sigma", "2"), "/sigma"),
                Arguments.of("blur", Map.of("sigma", 0), "/sigma"),
                Arguments.of("blur", Map.of("sigma", Double.NaN), "/sigma"),
                Arguments.of("blur", Map.of("sigma", 101), "/sigma"),
                Arguments.of("blur", Map.of("sigma", 1, "radius", 1), "/radius"),
                Arguments.of("sharpen", Map.of("amount", 11), "/amount"),
                Arguments.of("adjust", Map.of("contrast", 5), "/contrast"),
                Arguments.of("grayscale", Map.of("sigma", 1), "/sigma"),
                Arguments.of("rotate", Map.of("angle", 45), "/angle"),
                Arguments.of("rotate", Map.of("angle", 90.5), "/angle"),
                Arguments.of("flip", Map.of("direction", "up"), "/direction"),
                Arguments.of("flip", Map.of("direction", 1), "/direction"),
                Arguments.of("resize", Map.of(), "/width"),
                Arguments.of("resize", Map.of("width", 0), "/width"),
                Arguments.of("resize", Map.of("height", 65_501), "/height"),
                Arguments.of("resize", Map.of("width", 1, "fit", "squash"), "/fit"),
                Arguments.of("crop", Map.of("left", 0, "top", 0, "width", 1), "/height"),
                Arguments.of(
                        "crop", Map.of("left", -1, "top", 0, "width", 1, "height", 1), "/left"),
                Arguments.of("crop", Map.of("aspect", "0:9"), "/aspect"),
                Arguments.of("crop", Map.of("aspect", "16/9"), "/aspect"),
                Arguments.of("crop", Map.of("aspect", "1:1", "gravity", "up"), "/gravity"),
                Arguments.of("crop", Map.of("aspect", "1:1", "width", 1), "/width"),
                Arguments.of("adjust", Map.of(), "/brightness"),
                Arguments.of("adjust", Map.of("brightness", -0.1), "/brightness"),
                Arguments.of("adjust", Map.of("contrast", 4.1), "/contrast"),
                Arguments.of("adjust", Map.of("saturation", "1"), "/saturation"),
                Arguments.of("adjust", Map.of("hue", 1), "/hue"),
                Arguments.of("grayscale", Map.of("amount", 1), "/amount"),
                Arguments.of("watermark", Map.of(), "/text"),
                Arguments.of("watermark", Map.of("text", "a", "photo", DIGEST.hex()), "/text"),
                Arguments.of("watermark", Map.of("text", 1), "/text"),
                Arguments.of("watermark", Map.of("text", "  "), "/text"),
                Arguments.of("watermark", Map.of("text", "\u200b\u0301"), "/text"),
                Arguments.of("watermark", Map.of("text", "a\nb"), "/text"),
                Arguments.of("watermark", Map.of("text", "\ud800"), "/text"),
                Arguments.of("watermark", Map.of("text", "a".repeat(81)), "/text"),
                Arguments.of("watermark", Map.of("photo", "logo"), "/photo"),
                Arguments.of("watermark", Map.of("text", "a", "opacity", 1.1), "/opacity"),
                Arguments.of("watermark", Map.of("text", "a", "size", 0), "/size"),
                Arguments.of("watermark", Map.of("text", "a", "gravity", "attention"), "/gravity"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void badValueNamesItsPlace(String op, Map<String, ?> parameters, String pointer) {
        assertThatThrownBy(() -> Operations.read(op, parameters))
                .isInstanceOfSatisfying(
                        BadRecipe.class,
                        e ->
                                assertThat(e.problem().faults())
                                        .singleElement()
                                        .satisfies(f -> {
                                            assertThat(f.pointer()).isEqualTo(pointer);
                                            assertThat(f.detail()).endsWith(".");
                                        }));
    }

    @Test
    void operationThatDoesNotFitIsNamedByItsNumber() {
        var recipe =
                new Recipe(List.of(new Operation.Blur(1), new Operation.Crop(0, 0, 11, 10)), JPEG);

        assertThatThrownBy(() -> recipe.sizeFor(new Size(10, 10), Limits.DEFAULT))
                .isInstanceOfSatisfying(
                        BadRecipe.class,
                        e ->
                                assertThat(e.problem().faults().getFirst().pointer())
                                        .isEqualTo("/operations/1"));
    }

    @ParameterizedTest
    @CsvSource({
        "resize?width=50&fit=contain, 50x25",
        "resize?height=50&fit=contain, 100x50",
        "resize?width=50&height=50&fit=contain, 50x25",
        "resize?width=50&height=50&fit=cover, 50x50",
        "resize?width=30&height=70&fit=fill, 30x70",
        "crop?aspect=1%3A1&gravity=center, 100x100",
        "crop?aspect=4%3A1&gravity=center, 200x50",
        "rotate?angle=90, 100x200",
        "rotate?angle=180, 200x100"
    })
    void sizesFollowTheOperation(String step, String size) {
        var recipe = Recipe.parse(step + ">png?quality=80");

        assertThat(recipe.sizeFor(new Size(200, 100), Limits.DEFAULT)).hasToString(size);
    }

    @Test
    void resultBeyondTheLimitIsRefused() {
        var recipe = Recipe.parse("resize?width=65500&fit=contain>png?quality=80");

        assertThatThrownBy(() -> recipe.sizeFor(new Size(10, 10), Limits.DEFAULT))
                .isInstanceOf(BadRecipe.class);
    }

    @Test
    void twentyOneOperationsAreTooMany() {
        var many = Collections.<Operation>nCopies(21, new Operation.Blur(1));

        assertThatThrownBy(() -> new Recipe(many, JPEG)).isInstanceOf(BadRecipe.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ">",
                "blur",
                "blur?sigma=2",
                "blur?sigma>jpeg?quality=80",
                "blur?sigma=2>bmp?quality=80",
                "blur?sigma=2>jpeg?quality=0",
                "blur?sigma=2>jpeg?quality=%zz",
                "blur?sigma=1&sigma=2>jpeg?quality=80",
                "blur?sigma=2>jpeg?quality=99999999999999999999",
                "blur?sigma=2>jpeg?quality=80.5",
                "blur?sigma=2>jpeg?quality=80&more=1"
            })
    void textThatIsNoRecipeIsRefused(String text) {
        assertThatThrownBy(() -> Recipe.parse(text)).isInstanceOf(BadRecipe.class);
    }

    @Test
    void randomTextNeverEscapesAsAnythingElse() {
        long seed = 7;
        var chance = new Random(seed);
        var whole =
                "crop?aspect=16%3A9&gravity=center;blur?sigma=2;rotate?angle=90>jpeg?quality=80";
        for (int round = 0; round < 20_000; round++) {
            var text = new StringBuilder(whole);
            for (int i = chance.nextInt(5); i >= 0; i--)
                text.setCharAt(
                        chance.nextInt(text.length()),
                        "?=&;>%:-.019zé\0".charAt(chance.nextInt(15)));
            assertThat(outcome(() -> Recipe.parse(text.toString())))
                    .as("seed %d, round %d: %s", seed, round, text)
                    .isIn("read", "BadRecipe");
        }
    }

    @Test
    void randomValuesNeverEscapeAsAnythingElse() {
        long seed = 8;
        var chance = new Random(seed);
        var names =
                List.of(
                        "left",
                        "top",
                        "width",
                        "height",
                        "aspect",
                        "sigma",
                        "angle",
                        "fit",
                        "text",
                        "photo",
                        "gravity",
                        "opacity",
                        "size",
                        "contrast");
        var values =
                List.<Object>of(
                        0,
                        -1,
                        1e300,
                        Double.NaN,
                        Long.MAX_VALUE,
                        "",
                        "16:9",
                        "cover",
                        90,
                        1.5f,
                        true,
                        List.of());
        for (int round = 0; round < 20_000; round++) {
            var parameters = new HashMap<String, Object>();
            for (int i = chance.nextInt(4); i >= 0; i--)
                parameters.put(
                        names.get(chance.nextInt(names.size())),
                        values.get(chance.nextInt(values.size())));
            var op = Operations.NAMES.get(chance.nextInt(Operations.NAMES.size()));
            assertThat(outcome(() -> Operations.read(op, parameters)))
                    .as("seed %d, round %d: %s %s", seed, round, op, parameters)
                    .isIn("read", "BadRecipe");
        }
    }

    private static String outcome(Runnable reading) {
        try {
            reading.run();
            return "read";
        } catch (RuntimeException e) {
            return e.getClass().getSimpleName();
        }
    }
}
