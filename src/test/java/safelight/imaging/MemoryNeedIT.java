package safelight.imaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a process takes for a photo stays below what was told before, and not far below.
class MemoryNeedIT {
    private static final double ABSURD = 12;
    private static final int TRIES = 5;
    private static final int WIDTH = 3_000;
    private static final int HEIGHT = 2_000;
    // a decoder that shrinks while it reads may take much less than that, now and then
    private static final long PICTURE = 3L * WIDTH * HEIGHT;

    @TempDir private static Path folder;

    @BeforeAll
    static void photos() throws IOException {
        var picture = Pictures.photolike(WIDTH, HEIGHT, 5);
        Files.write(folder.resolve("jpeg"), Pictures.encoded(picture, "jpeg"));
        Files.write(folder.resolve("png"), Pictures.encoded(picture, "png"));
        Files.write(folder.resolve("progressive"), Pictures.progressive(picture));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    planes  | jpeg        | blur?sigma=2;sharpen?sigma=1&amount=1>jpeg?quality=80
                    planes  | jpeg        | rotate?angle=90;resize?width=800&fit=contain>webp?quality=80
                    planes  | progressive | >avif?quality=60
                    libvips | progressive | rotate?angle=90;blur?sigma=2;sharpen?sigma=1&amount=1>jpeg?quality=90
                    libvips | png         | blur?sigma=2;rotate?angle=180;sharpen?sigma=1&amount=1>png?quality=80
                    libvips | jpeg        | resize?width=800&fit=contain>jpeg?quality=80
                    libvips | png         | >webp?quality=80
                    """)
    void needIsAnUpperBoundAndNoAbsurdOne(String engine, String name, String recipe)
            throws Exception {
        var photo = folder.resolve(name);

        long told = told(photo, recipe);
        long took = measured(engine, photo, recipe);
        // What libvips takes depends on how its threads come to run, which is chance on a busy
        // host.
        for (int i = 1; i < TRIES && told >= ABSURD * Math.max(took, PICTURE); i++)
            took = Math.max(took, measured(engine, photo, recipe));

        assertThat(told).as("told, took %d", took).isGreaterThan(took);
        assertThat((double) told)
                .as("told, took %d", took)
                .isLessThan(ABSURD * Math.max(took, PICTURE));
    }

    private static long told(Path photo, String recipe) throws IOException {
        var bytes = Files.readAllBytes(photo);
        try (var source = Source.of(bytes)) {
            var header = Header.read(source, Limits.DEFAULT);
            return MemoryNeed.most(header, bytes.length, Recipe.parse(recipe)).count();
        }
    }

    private static long measured(String engine, Path photo, String recipe)
            throws IOException, InterruptedException {
        var command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-modules=jdk.incubator.vector",
                        "-XX:+UseSerialGC",
                        "-Dsafelight.vips=" + System.getProperty("safelight.vips", ""),
                        "-cp",
                        System.getProperty("java.class.path"),
                        MemoryProbe.class.getName(),
                        engine,
                        photo.toString(),
                        recipe);
        var process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return Long.parseLong(out.strip());
    }
}
