package safelight.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import safelight.drill.Control;
import safelight.imaging.Planar;

/// Safelight without some of its guarantees, for drills that show what their checker finds. Only a
/// drill starts it, and it runs on nothing but the data folder that the drill made and marked; the
/// real `main` knows neither the mark nor these parts.
public final class DrillMain {
    private static final String MARK = "drill-without";

    private DrillMain() {}

    /// As the real one.
    public static void main(String[] arguments) {
        var without = without(data(List.of(arguments)));
        System.exit(
                Main.run(
                        new Plugs(
                                Planar::open,
                                DrillMain.class,
                                shared -> shared,
                                rows -> Broken.rows(without, rows),
                                queue -> Broken.queue(without, queue)),
                        arguments));
    }

    /// Marks a new folder as one in which these guarantees do not hold.
    static void mark(Path data, Set<Control> without) throws IOException {
        Files.write(data.resolve(MARK), without.stream().map(Control::label).toList());
    }

    private static Set<Control> without(Path data) {
        try {
            return Files.readAllLines(data.resolve(MARK)).stream()
                    .map(Control::of)
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException("only a drill starts this, on a folder of its own", e);
        }
    }

    private static Path data(List<String> arguments) {
        int at = arguments.lastIndexOf("--data");
        if (at < 0 || at + 1 == arguments.size())
            throw new IllegalArgumentException("only a drill starts this, with --data");
        return Path.of(arguments.get(at + 1));
    }
}
