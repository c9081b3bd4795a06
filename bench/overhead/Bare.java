import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/// The imaging engine alone in a process: for each line `RECIPE FROM TO` it makes these edits of the
/// photo in memory, and answers with a line when they are done.
final class Bare {
    public static void main(String[] arguments) throws Exception {
        var photo = Files.readAllBytes(Path.of(arguments[0]));
        var engine = new Engine();
        try (var threads = Executors.newFixedThreadPool(Integer.parseInt(arguments[1]));
                var lines = new BufferedReader(
                        new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var words = line.split(" ");
                var recipe = Recipes.of(words[0]);
                var jobs = IntStream.range(Integer.parseInt(words[1]), Integer.parseInt(words[2]))
                        .<Callable<Integer>>mapToObj(
                                i -> () -> engine.develop(photo, recipe.canonical(i)))
                        .toList();
                for (var job : threads.invokeAll(jobs)) job.get();
                System.out.println("done");
            }
        }
    }
}
