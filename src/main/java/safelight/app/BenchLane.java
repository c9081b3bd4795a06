package safelight.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import safelight.imaging.Darkroom;
import safelight.imaging.Limits;
import safelight.imaging.Planar;
import safelight.imaging.Recipe;
import safelight.imaging.Source;
import safelight.imaging.Vips;
import safelight.imaging.Watch;

/// One of the processes that `bench imaging` compares: reads "COUNT RECIPE" from its input,
/// develops the photo that often on all cores, and answers "done BYTES".
@Command(name = "bench-lane", hidden = true, description = "Develops a photo again and again.")
final class BenchLane implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "ENGINE", description = "safelight or libvips.")
    private String engine = "";

    @Parameters(index = "1", paramLabel = "PHOTO", description = "The photo.")
    private Path photo = Path.of("photo.jpg");

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        Darkroom darkroom = engine.equals("libvips") ? Vips.open() : Planar.open();
        var bytes = Files.readAllBytes(photo);
        var out = spec.commandLine().getOut();
        try (var in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                int space = line.indexOf(' ');
                int count = Integer.parseInt(line.substring(0, space));
                var recipe = Recipe.parse(line.substring(space + 1));
                out.println("done " + run(darkroom, bytes, recipe, count));
                out.flush();
            }
        }
        return Exit.DONE;
    }

    private static int run(Darkroom darkroom, byte[] photo, Recipe recipe, int count) {
        var left = new AtomicInteger(count);
        var length = new AtomicInteger();
        int cores = Runtime.getRuntime().availableProcessors();
        try (var threads = Executors.newFixedThreadPool(cores)) {
            for (int i = 0; i < cores; i++)
                threads.execute(() -> {
                    while (left.getAndDecrement() > 0)
                        length.set(developed(darkroom, photo, recipe));
                });
        }
        return length.get();
    }

    private static int developed(Darkroom darkroom, byte[] photo, Recipe recipe) {
        try (var source = Source.of(photo)) {
            return darkroom.develop(source, recipe, Limits.DEFAULT, Watch.NONE).bytes().length;
        }
    }
}
