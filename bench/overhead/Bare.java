import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/// The imaging engine alone in a process: for each line `FROM TO` it makes these crops of the photo
/// in memory, and answers with a line when they are done.
final class Bare {
    public static void main(String[] arguments) throws Exception {
        var photo = Files.readAllBytes(Path.of(arguments[0]));
        var engine = new Engine();
        try (var threads = Executors.newFixedThreadPool(Integer.parseInt(arguments[1]));
                var lines = new BufferedReader(
                        new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var range = line.split(" ");
                var jobs = IntStream.range(Integer.parseInt(range[0]), Integer.parseInt(range[1]))
                        .<Callable<Integer>>mapToObj(i -> () -> engine.develop(photo,
                                Run.CANONICAL.formatted(Run.left(i), Run.top(i))))
                        .toList();
                for (var job : threads.invokeAll(jobs)) job.get();
                System.out.println("done");
            }
        }
    }
}
