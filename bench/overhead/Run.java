import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// What the durable queue costs: the same edits of the same photo as jobs of `serve` (web server,
/// broker and storage in one process, photo work in its child, everything synced) and by the imaging
/// engine alone, in a process with the worker's JVM flags and as many threads as the worker has
/// slots. Both stay up, and take turns round by round; for each recipe a first round of `warm` jobs
/// lets the JIT compilers of both come to rest, and is not counted. No job finds an earlier one's
/// result. A round on the server is timed from the first submission until no job is open. The client
/// hands in one job after the other, or a batch with many copies of the photo that differ in a
/// comment; then it waits for the last one.
final class Run {
    /// As app/Jvm.java starts workers, but for the AOT cache, which only matters for the start.
    private static final List<String> WORKER_FLAGS = List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow", "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders", "-Xmx512m");
    private static final int WIDTH = 3000;
    private static final int HEIGHT = 2000;
    private static final int LOOK_AGAIN_MS = 5;

    private final Site site;
    private final Process server;
    private final Process bare;
    private final BufferedReader answers;
    private final List<String> photos = new ArrayList<>();
    private int next;

    /// What one round took: wall time, and CPU time by process.
    private record Took(double seconds, double client, double web, double worker, double bare) {}

    public static void main(String[] arguments) throws Exception {
        var cores = "" + Runtime.getRuntime().availableProcessors();
        var options = new Options(Map.of("photo", "", "jobs", "100", "rounds", "5", "warm", "1000",
                "threads", cores, "recipes", "crop,whole"), arguments);
        try (var site = new Site("overhead")) {
            var photo = options.text("photo").isEmpty()
                    ? Site.picture(WIDTH, HEIGHT, 1)
                    : Files.readAllBytes(Path.of(options.text("photo")));
            var run = new Run(site, photo, options);
            for (var name : options.text("recipes").split(","))
                run.compare(Recipes.of(name), options);
        }
    }

    private Run(Site site, byte[] bytes, Options options) throws IOException, InterruptedException {
        this.site = site;
        int threads = options.number("threads");
        var file = Files.write(site.folder.resolve("photo.jpg"), bytes);
        server = site.safelight("serve", "serve", "--port", "0",
                "--set", "worker.slots=" + threads);
        site.signUp(site.ready("serve", server));
        for (int i = 0; i < options.number("jobs"); i++)
            photos.add(site.upload(commented(bytes, "copy " + i)));
        var command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        command.addAll(WORKER_FLAGS);
        // the libvips that the launcher found for the server
        server.info().arguments().stream().flatMap(Arrays::stream)
                .filter(argument -> argument.startsWith("-Dsafelight.vips="))
                .forEach(command::add);
        command.add("-Dlogback.configurationFile="
                + System.getProperty("logback.configurationFile"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "Bare",
                file.toString(), "" + threads));
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("VIPS_WARNING", "0");
        builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2");
        bare = site.add(builder.start());
        answers = bare.inputReader();
    }

    /// The same JPEG, with a comment segment after its first marker.
    private static byte[] commented(byte[] jpeg, String comment) {
        var text = comment.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(jpeg.length + text.length + 4)
                .put(jpeg, 0, 2)
                .putShort((short) 0xFFFE).putShort((short) (text.length + 2)).put(text)
                .put(jpeg, 2, jpeg.length - 2)
                .array();
    }

    private void compare(Recipes recipe, Options options) throws IOException, InterruptedException {
        int jobs = photos.size();
        int rounds = options.number("rounds");
        var sides = new LinkedHashMap<String, Part>();
        sides.put("engine alone", this::alone);
        sides.put("serve, job by job", this::oneByOne);
        sides.put("serve, a batch", this::asBatch);
        for (var side : sides.values())
            for (int some = 0; some < options.number("warm"); some += jobs)
                took(recipe, jobs, side);
        var took = new LinkedHashMap<String, List<Took>>();
        for (int round = 0; round < rounds; round++)
            for (var side : sides.entrySet())
                took.computeIfAbsent(side.getKey(), _ -> new ArrayList<>())
                        .add(took(recipe, jobs, side.getValue()));
        System.out.printf("%s: %s; %d rounds of %d jobs, median (least to most)%n", recipe.id(),
                recipe.text, rounds, jobs);
        System.out.printf("%-18s %-21s %6s %11s %7s %6s %7s%n", "", "jobs/s", "ratio",
                "CPU ms/job", "worker", "web", "client");
        double alone = 0;
        for (var side : took.entrySet()) {
            var speed = speed(side.getValue(), jobs);
            if (alone == 0) alone = speed.median();
            row(side.getKey(), speed, speed.median() / alone, side.getValue(), jobs);
        }
        System.out.println();
    }

    private static Figures speed(List<Took> rounds, int jobs) {
        return new Figures(rounds.stream().map(t -> jobs / t.seconds).toList());
    }

    private static void row(String name, Figures speed, double ratio, List<Took> rounds, int jobs) {
        double worker = median(rounds.stream().map(t -> (t.worker + t.bare) / jobs));
        double web = median(rounds.stream().map(t -> t.web / jobs));
        double client = median(rounds.stream().map(t -> t.client / jobs));
        System.out.printf(Locale.ROOT, "%-18s %-21s %6.3f %11.1f %7.1f %6.1f %7.1f%n", name,
                speed.spread("%.1f"), ratio, worker + web + client, worker, web, client);
    }

    private static double median(Stream<Double> figures) {
        return new Figures(figures.toList()).median();
    }

    private interface Part {
        void run(Recipes recipe, int from, int to) throws IOException, InterruptedException;
    }

    private Took took(Recipes recipe, int jobs, Part part)
            throws IOException, InterruptedException {
        Thread.sleep(500);
        var worker = server.descendants().filter(ProcessHandle::isAlive).findFirst().orElseThrow();
        var all = List.of(ProcessHandle.current(), server.toHandle(), worker, bare.toHandle());
        var before = all.stream().map(Site::cpuMs).toList();
        long began = System.nanoTime();
        part.run(recipe, next, next + jobs);
        double seconds = (System.nanoTime() - began) / 1e9;
        next += jobs;
        var after = all.stream().map(Site::cpuMs).toList();
        return new Took(seconds, after.get(0) - before.get(0), after.get(1) - before.get(1),
                after.get(2) - before.get(2), after.get(3) - before.get(3));
    }

    private void alone(Recipes recipe, int from, int to) throws IOException {
        var line = recipe.id() + " " + from + " " + to + "\n";
        bare.getOutputStream().write(line.getBytes());
        bare.getOutputStream().flush();
        if (!"done".equals(answers.readLine())) throw new IOException("the engine ended");
    }

    private void oneByOne(Recipes recipe, int from, int to)
            throws IOException, InterruptedException {
        var last = "";
        for (int job = from; job < to; job++)
            last = site.submitEdit(photos.getFirst(), recipe.edit(job), "normal");
        finish(last);
    }

    private void asBatch(Recipes recipe, int from, int to)
            throws IOException, InterruptedException {
        finish(site.submitAll(photos.subList(0, to - from), recipe.edit(from), "normal"));
    }

    private void finish(String last) throws IOException, InterruptedException {
        site.await(last);
        while (site.isAny("queued") || site.isAny("running")) Thread.sleep(LOOK_AGAIN_MS);
    }
}
