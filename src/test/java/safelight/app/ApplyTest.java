package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import safelight.imaging.BadPhoto;
import safelight.imaging.Darkroom;
import safelight.imaging.DarkroomUnavailable;
import safelight.imaging.Developed;
import safelight.imaging.Format;
import safelight.imaging.Limits;
import safelight.imaging.Planar;
import safelight.imaging.Recipe;
import safelight.imaging.Size;
import safelight.imaging.Source;
import safelight.imaging.Watch;

class ApplyTest {
    private static final Darkroom VIPS = Planar.open();

    @TempDir Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path photo = Path.of("");

    @BeforeEach
    void takePhoto() throws IOException {
        photo = photo("in.png", 120, 80);
    }

    private Path photo(String name, int width, int height) throws IOException {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < width; x++) image.setRGB(x, height / 2, 0xff8000);
        var path = folder.resolve(name);
        assertThat(ImageIO.write(image, name.replaceAll(".*\\.", ""), path.toFile())).isTrue();
        return path;
    }

    private int run(Object... arguments) {
        return run(VIPS, arguments);
    }

    private int run(Darkroom darkroom, Object... arguments) {
        return new CommandLine(new Apply(() -> darkroom))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    }

    private Size size(String name) throws IOException {
        var image = ImageIO.read(folder.resolve(name).toFile());
        return new Size(image.getWidth(), image.getHeight());
    }

    @Test
    void writesTheEditedPhoto() throws IOException {
        int code =
                run(
                        photo,
                        "-o",
                        folder.resolve("out.jpg"),
                        "--crop",
                        "50x40+20+10",
                        "--blur",
                        "2",
                        "--sharpen",
                        "1",
                        "--quality",
                        "80");

        assertThat(code).as(err.toString()).isZero();
        assertThat(size("out.jpg")).isEqualTo(new Size(50, 40));
    }

    @Test
    void operationsRunInTheOrderOfTheCommandLineAsOftenAsGiven() {
        var seen = new Remembering();

        int code =
                run(
                        seen,
                        photo,
                        "--blur=2",
                        "--rotate",
                        "90",
                        "--blur",
                        "3",
                        "-o",
                        folder.resolve("out.png"),
                        "--crop",
                        "16:9:north",
                        "--rotate=180",
                        "--flip",
                        "vertical",
                        "--sharpen",
                        "1,0.5",
                        "--resize",
                        "80x60:cover");

        assertThat(code).as(err.toString()).isZero();
        assertThat(seen.recipes)
                .containsExactly(
                        "blur?sigma=2;rotate?angle=90;blur?sigma=3;"
                                + "crop?aspect=16%3A9&gravity=north;rotate?angle=180;"
                                + "flip?direction=vertical;sharpen?sigma=1&amount=0.5;"
                                + "resize?width=80&height=60&fit=cover>png?quality=80");
    }

    @Test
    void coloursAndMarksAreOptionsToo() throws IOException {
        var seen = new Remembering();
        var logo = Files.write(folder.resolve("a:logo.png"), new byte[] {1});

        int code =
                run(
                        seen,
                        photo,
                        "-o",
                        folder.resolve("out.png"),
                        "--adjust",
                        "1.2",
                        "--adjust=1,0.9,2",
                        "--grayscale",
                        "--watermark-text",
                        "(c) Anna: 2026:south,0.7",
                        "--watermark",
                        logo + ":northwest,1,0.1",
                        "--crop",
                        "1:1:attention");

        assertThat(code).as(err.toString()).isZero();
        assertThat(seen.recipes)
                .containsExactly(
                        "adjust?brightness=1.2&contrast=1&saturation=1;"
                                + "adjust?brightness=1&contrast=0.9&saturation=2;grayscale;"
                                + "watermark?text=%28c%29+Anna%3A+2026&gravity=south&opacity=0.7&size=0.05;"
                                + "watermark?photo="
                                + safelight.base.Digest.of(new byte[] {1})
                                + "&gravity=northwest&opacity=1&size=0.1;"
                                + "crop?aspect=1%3A1&gravity=attention>png?quality=80");
    }

    @Test
    void markIsLaidOverThePhoto() throws IOException {
        var logo = folder.resolve("logo.png");
        Files.copy(photo, logo);

        int code =
                run(
                        photo,
                        "-o",
                        folder.resolve("out.png"),
                        "--watermark",
                        logo + ":north",
                        "--json");

        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString()).contains("\"frames\":1").doesNotContain("flags");
    }

    @Test
    void markThatIsNotThereIsWrongUsage() {
        assertThat(run(photo, "-o", folder.resolve("out.png"), "--watermark", "nowhere.png"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("no file that can be read");
    }

    @Test
    void oneRunLeavesNothingToTheNext() {
        var seen = new Remembering();
        var line = new CommandLine(new Apply(() -> seen));
        var output = folder.resolve("out.png").toString();

        line.execute(photo.toString(), "-o", output, "--blur", "2");
        line.execute(photo.toString(), "-o", output, "--rotate", "90");

        assertThat(seen.recipes.getLast()).startsWith("rotate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"800x", "x600", "800x600", "800x600:fill"})
    void resizeTakesOneSideOrBoth(String box) {
        assertThat(run(photo, "-o", folder.resolve("out.png"), "--resize", box)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--crop 10x10",
                "--crop 16:0",
                "--resize x",
                "--resize 10",
                "--resize 10x10:squash",
                "--blur much",
                "--blur 1000",
                "--sharpen 1,",
                "--rotate 45",
                "--flip sideways",
                "--format bmp",
                "--quality 0",
                "--quality high",
                "--threads 0",
                "--blur",
                "--unknown"
            })
    void wrongUsageIsTwoWithASentence(String options) {
        var arguments = new ArrayList<Object>(List.of(photo, "-o", folder.resolve("out.png")));
        arguments.addAll(List.of(options.split(" ")));

        assertThat(run(arguments.toArray())).isEqualTo(2);
        assertThat(err.toString()).isNotBlank();
        assertThat(folder.resolve("out.png")).doesNotExist();
    }

    @Test
    void missingOutputIsWrongUsage() {
        assertThat(run(photo)).isEqualTo(2);
    }

    @Test
    void oneBadPhotoIsNamedAndTheOthersGoOn() throws IOException {
        var bad = Files.writeString(folder.resolve("bad.jpg"), "no picture");
        var other = photo("other.jpg", 60, 60);

        int code =
                run(photo, bad, other, folder.resolve("gone.jpg"), "-o", folder.resolve("small"));

        assertThat(code).isEqualTo(1);
        assertThat(err.toString())
                .contains("bad.jpg: These bytes are no picture")
                .contains("gone.jpg: There is no file");
        assertThat(folder.resolve("small/in.png")).exists();
        assertThat(folder.resolve("small/other.jpg")).exists();
    }

    @Test
    void formatsFollowTheOptionThenTheNameThenThePhoto() throws IOException {
        run(photo, "-o", folder.resolve("a.jpg"));
        run(photo, "-o", folder.resolve("b.jpg"), "--format", "webp");
        run(photo, photo("x.gif", 9, 9), "-o", folder.resolve("c"));

        assertThat(format("a.jpg")).isEqualTo(Format.JPEG);
        assertThat(format("b.jpg")).isEqualTo(Format.WEBP);
        assertThat(format("c/in.png")).isEqualTo(Format.PNG);
        assertThat(format("c/x.jpg")).isEqualTo(Format.JPEG);
    }

    private Format format(String name) throws IOException {
        try (var source = Source.of(Files.readAllBytes(folder.resolve(name)))) {
            return safelight.imaging.Header.read(source, Limits.DEFAULT).format();
        }
    }

    @Test
    void jsonIsALineForEachResult() throws IOException {
        var target = folder.resolve("out.jpg");

        run(photo, "-o", target, "--json", "--resize", "60x");

        JsonNode line = new ObjectMapper().readTree(out.toString());
        assertThat(line.get("in").asText()).isEqualTo(photo.toString());
        assertThat(line.get("out").asText()).isEqualTo(target.toString());
        assertThat(line.get("width").asInt()).isEqualTo(60);
        assertThat(line.get("height").asInt()).isEqualTo(40);
        assertThat(line.get("bytes").asLong()).isEqualTo(Files.size(target));
        assertThat(line.get("format").asText()).isEqualTo("jpeg");
    }

    @Test
    void photoNeverReplacesItself() throws IOException {
        var before = Files.readAllBytes(photo);

        int code = run(photo, "-o", folder, "--blur", "2");

        assertThat(code).isEqualTo(1);
        assertThat(err.toString()).contains("does not replace itself");
        assertThat(photo).hasBinaryContent(before);
    }

    @Test
    void photosOfOneNameDoNotReplaceEachOther() throws IOException {
        photo("in.jpg", 9, 9);

        int code =
                run(
                        photo,
                        folder.resolve("in.jpg"),
                        "-o",
                        folder.resolve("small"),
                        "--format",
                        "webp",
                        "--threads",
                        "1");

        assertThat(code).isEqualTo(1);
        assertThat(err.toString()).contains("Another photo");
        assertThat(folder.resolve("small/in.webp")).exists();
    }

    @Test
    void nothingIsLeftOfAFailure() throws IOException {
        run(photo, "-o", folder.resolve("out.png"), "--crop", "500x500+0+0");

        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(photo);
        }
    }

    @Test
    void missingLibraryIsSaidInOneLine() {
        var line =
                new CommandLine(
                        new Apply(() -> {
                            throw new DarkroomUnavailable("apt-get install libvips42");
                        }));

        int code =
                line.setErr(new PrintWriter(err, true))
                        .execute(photo.toString(), "-o", folder.resolve("out.png").toString());

        assertThat(code).isEqualTo(1);
        assertThat(err.toString().lines()).containsExactly("apt-get install libvips42");
    }

    @Test
    void helpShowsHowToUseIt() {
        var said = new StringWriter();
        var line = Main.commands(Plugs.REAL).setOut(new PrintWriter(said));

        assertThat(line.execute("apply", "--help")).isZero();
        assertThat(said.toString()).contains("--crop", "--resize", "Exit codes");
    }

    /// Develops nothing, remembers the recipes.
    private static final class Remembering implements Darkroom {
        private final List<String> recipes = new ArrayList<>();

        @Override
        public String engine() {
            return "none";
        }

        @Override
        public java.util.Set<Format> decodes() {
            return java.util.Set.of(Format.values());
        }

        @Override
        public java.util.Set<Format> encodes() {
            return decodes();
        }

        @Override
        public Developed develop(Source source, Recipe recipe, Limits limits, Watch watch) {
            if (source.size() == 0) throw BadPhoto.notAnImage("empty");
            recipes.add(recipe.canonical());
            return new Developed(new byte[1], recipe.output().format(), new Size(1, 1));
        }
    }
}
