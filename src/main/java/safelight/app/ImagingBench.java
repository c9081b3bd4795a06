package safelight.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Measures photo work alone: this engine, libvips by the same recipes and, if installed, sharp, in
/// processes of their own, on all cores, taking turns.
@Command(
        name = "imaging",
        description = {
            "Measures photo work on all cores: this engine, libvips and sharp on one photo, in",
            "turns. bench/imaging/run installs sharp."
        })
final class ImagingBench implements Callable<Integer> {
    private static final int CALIBRATION = 4;
    private static final Map<String, String> RECIPES = recipes();
    private static final String OURS = "safelight";
    private static final String PLAIN = "re-encode";

    @Parameters(paramLabel = "PHOTO", description = "A JPEG of at least 2608x1808 pixels.")
    private Path photo = Path.of("photo.jpg");

    @Option(names = "--rounds", defaultValue = "5", description = "Rounds; ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "2",
            description = "For each recipe, engine and round; ${DEFAULT-VALUE}.")
    private double seconds;

    @Option(names = "--sharp", defaultValue = "bench/imaging", description = "Where sharp.js is.")
    private Path sharp = Path.of("bench/imaging");

    @Option(names = "--svg", description = "Writes a chart to this file.")
    private Optional<Path> svg = Optional.empty();

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Spec private CommandSpec spec = CommandSpec.create();

    private static Map<String, String> recipes() {
        var map = new LinkedHashMap<String, String>();
        var edit = "blur?sigma=2;sharpen?sigma=1&amount=1";
        var crop = "crop?left=208&top=208&width=1600&height=1200";
        map.put("crop, blur, sharpen", crop + ";" + edit + ">jpeg?quality=80");
        map.put("blur, sharpen", edit + ">jpeg?quality=80");
        map.put(
                "resize, sharpen",
                "resize?width=800&fit=contain;sharpen?sigma=1&amount=1>jpeg?quality=80");
        map.put(PLAIN, ">jpeg?quality=80");
        var lossless = ">jpeg?quality=80&lossless=true";
        map.put("lossless crop", crop + lossless);
        map.put("wide lossless crop", "crop?left=208&top=208&width=2400&height=1600" + lossless);
        // of the 6 MP photo
        map.put("upscale to 24 MP", "resize?width=5424&fit=contain>jpeg?quality=80");
        map.put("resize to PNG", "resize?width=800&fit=contain>png?quality=80");
        map.put("resize to WebP", "resize?width=800&fit=contain>webp?quality=80");
        map.put("resize to AVIF", "resize?width=800&fit=contain>avif?quality=80");
        return map;
    }

    @Override
    public Integer call() throws IOException {
        var rivals = new ArrayList<BenchRival>();
        try {
            for (var engine : List.of(OURS, "libvips")) rivals.add(own(engine));
            if (Files.isDirectory(sharp.resolve("node_modules/sharp"))) rivals.add(sharp());
            var figures = new LinkedHashMap<String, Map<String, BenchRival.Spent>>();
            for (var recipe : RECIPES.entrySet())
                figures.put(recipe.getKey(), measured(rivals, recipe.getValue()));
            print(figures);
            if (svg.isPresent()) Files.writeString(svg.get(), ImagingChart.of(figures));
        } finally {
            for (var rival : rivals) rival.close();
        }
        return Exit.DONE;
    }

    private BenchRival own(String engine) throws IOException {
        var arguments = List.of("bench-lane", engine, photo.toAbsolutePath().toString());
        var crashes = Path.of(System.getProperty("java.io.tmpdir"));
        return new BenchRival(engine, Jvm.forPhotoWork(Main.class, crashes, arguments));
    }

    private BenchRival sharp() throws IOException {
        var script = sharp.resolve("sharp.js").toAbsolutePath().toString();
        return new BenchRival("sharp", List.of("node", script, photo.toAbsolutePath().toString()));
    }

    /// libvips cannot do without loss, so it decodes and encodes.
    private static String recipe(BenchRival rival, String recipe) {
        return rival.name().equals("libvips") ? recipe.replace("&lossless=true", "") : recipe;
    }

    /// A rival, how often it develops the photo in a round, and what that took.
    private record Lane(BenchRival rival, String recipe, int count, List<BenchRival.Spent> spent) {
        void run() throws IOException {
            spent.add(rival.develop(count, recipe));
        }
    }

    private Map<String, BenchRival.Spent> measured(List<BenchRival> rivals, String recipe)
            throws IOException {
        var lanes = new ArrayList<Lane>();
        for (var rival : rivals) lanes.add(warm(rival, recipe(rival, recipe)));
        for (int round = 0; round < rounds; round++) for (var lane : lanes) lane.run();
        var medians = new LinkedHashMap<String, BenchRival.Spent>();
        for (var lane : lanes) medians.put(lane.rival.name(), median(lane.spent));
        return medians;
    }

    private Lane warm(BenchRival rival, String recipe) throws IOException {
        rival.develop(CALIBRATION, recipe);
        int warm = count(rival.develop(CALIBRATION, recipe));
        return new Lane(rival, recipe, count(rival.develop(warm, recipe)), new ArrayList<>());
    }

    private int count(BenchRival.Spent spent) {
        return Math.max(CALIBRATION, (int) (spent.imagesPerSecond() * seconds));
    }

    private static BenchRival.Spent median(List<BenchRival.Spent> all) {
        return new BenchRival.Spent(
                middle(all, BenchRival.Spent::imagesPerSecond),
                middle(all, BenchRival.Spent::cpuSeconds),
                (long) middle(all, BenchRival.Spent::peakMib));
    }

    private static double middle(
            List<BenchRival.Spent> all, ToDoubleFunction<BenchRival.Spent> which) {
        return all.stream()
                .map(which::applyAsDouble)
                .sorted(Comparator.naturalOrder())
                .toList()
                .get(all.size() / 2);
    }

    private void print(Map<String, Map<String, BenchRival.Spent>> figures) throws IOException {
        var out = spec.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(figures));
        } else {
            double plain = ours(figures.getOrDefault(PLAIN, Map.of()));
            for (var recipe : figures.entrySet()) table(recipe.getKey(), recipe.getValue(), plain);
        }
        out.flush();
    }

    private void table(String recipe, Map<String, BenchRival.Spent> figures, double plain) {
        var out = spec.commandLine().getOut();
        double ours = ours(figures);
        out.printf("%s (%.2f of decoding and encoding alone)%n", recipe, ours / plain);
        figures.forEach((name, spent) ->
                out.printf(
                        "  %-10s %8.1f images/s  %7.1f ms CPU  %5d MiB   x %.1f%n",
                        name,
                        spent.imagesPerSecond(),
                        1000 * spent.cpuSeconds(),
                        spent.peakMib(),
                        ours / spent.imagesPerSecond()));
    }

    private static double ours(Map<String, BenchRival.Spent> figures) {
        return Optional.ofNullable(figures.get(OURS))
                .map(BenchRival.Spent::imagesPerSecond)
                .orElse(0.0);
    }
}
