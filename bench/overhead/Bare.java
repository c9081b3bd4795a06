import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.function.Supplier;
import safelight.imaging.Darkroom;
import safelight.imaging.Limits;
import safelight.imaging.Recipe;
import safelight.imaging.Source;
import safelight.imaging.Watch;

/// The imaging engine that workers use, alone in a process: for each line `FROM TO` it makes these
/// crops of the photo in memory, and answers with a line when they are done.
final class Bare {
    public static void main(String[] arguments) throws Exception {
        var photo = Files.readAllBytes(Path.of(arguments[0]));
        var darkroom = darkroom();
        try (var threads = Executors.newFixedThreadPool(Integer.parseInt(arguments[1]));
                var lines = new BufferedReader(
                        new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var range = line.split(" ");
                var jobs = IntStream.range(Integer.parseInt(range[0]), Integer.parseInt(range[1]))
                        .<Callable<Integer>>mapToObj(i -> () -> develop(darkroom, photo, i)).toList();
                for (var job : threads.invokeAll(jobs)) check(job);
                System.out.println("done");
            }
        }
    }

    private static int develop(Darkroom darkroom, byte[] photo, int job) {
        try (var source = Source.of(photo)) {
            var recipe = Recipe.parse(Run.CANONICAL.formatted(
                    Run.left(job), Run.top(job)));
            return darkroom.develop(source, recipe, Limits.DEFAULT, Watch.NONE).bytes().length;
        }
    }

    private static void check(Future<Integer> job) throws InterruptedException {
        try {
            if (job.get() == 0) throw new IllegalStateException("an empty result");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /// Whatever the product's workers are wired with.
    private static Darkroom darkroom() throws ReflectiveOperationException {
        var plugs = Class.forName("safelight.app.Plugs");
        var real = plugs.getDeclaredField("REAL");
        real.setAccessible(true);
        var darkroom = plugs.getDeclaredMethod("darkroom");
        darkroom.setAccessible(true);
        return (Darkroom) ((Supplier<?>) darkroom.invoke(real.get(null))).get();
    }
}
