import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What the durable queue costs: the same edits of the same photo as jobs of `serve` (web server,
/// broker and storage in one process, photo work in its child, everything synced) and by the imaging
/// engine alone, in a process with the worker's JVM flags and as many threads as the worker has
/// slots. Both stay up, and take turns round by round; a first round of thrice the length warms them up
/// and is not counted. Every job is another crop, so that none finds an earlier one's result. A round on the
/// server is timed from the first submission until no job is open.
final class Run {
    static final String CANONICAL = "crop?left=%d&top=%d&width=1600&height=1200;blur?sigma=2;"
            + "sharpen?sigma=1&amount=1>jpeg?quality=80";
    private static final String OPERATIONS = """
            {"op":"crop","left":%d,"top":%d,"width":1600,"height":1200},\
            {"op":"blur","sigma":2},{"op":"sharpen","sigma":1,"amount":1}""";
    /// As app/Jvm.java starts workers, but for the AOT cache, which only matters for the start.
    private static final List<String> WORKER_FLAGS = List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow", "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders", "-Xmx512m");
    private static final int WIDTH = 3000;
    private static final int HEIGHT = 2000;
    private static final int COLUMNS = 100;
    /// Seldom while many wait, since whoever asks takes cores from the work.
    private static final int LOOK_AGAIN_MS = 250;
    private static final int LOOK_CLOSELY_MS = 10;
    private static final int WARM_UP = 3;

    private final Site site;
    private final Process server;
    private final Process bare;
    private final BufferedReader answers;
    private final String photo;
    private int next;

    /// What one round took: wall time, and CPU time by process.
    private record Took(double seconds, double webMs, double workerMs, double bareMs) {}

    static int left(int job) {
        return job % COLUMNS;
    }

    static int top(int job) {
        return job / COLUMNS;
    }

    public static void main(String[] arguments) throws Exception {
        var cores = "" + Runtime.getRuntime().availableProcessors();
        var options = new Options(Map.of("photo", "", "jobs", "60", "rounds", "5",
                "threads", cores), arguments);
        try (var site = new Site("overhead")) {
            var photo = options.text("photo").isEmpty()
                    ? Site.picture(WIDTH, HEIGHT, 1)
                    : Files.readAllBytes(Path.of(options.text("photo")));
            new Run(site, photo, options.number("threads"))
                    .compare(options.number("jobs"), options.number("rounds"));
        }
    }

    private Run(Site site, byte[] bytes, int threads) throws IOException, InterruptedException {
        this.site = site;
        var file = Files.write(site.folder.resolve("photo.jpg"), bytes);
        server = site.safelight("serve", "serve", "--port", "0",
                "--set", "worker.slots=" + threads);
        site.signUp(site.ready("serve", server));
        photo = site.upload(bytes);
        var command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        command.addAll(WORKER_FLAGS);
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

    private void compare(int jobs, int rounds) throws IOException, InterruptedException {
        var alone = new ArrayList<Took>();
        var queued = new ArrayList<Took>();
        for (int round = 0; round <= rounds; round++) {
            int some = round == 0 ? WARM_UP * jobs : jobs;
            var one = took(some, this::alone);
            var other = took(some, this::queued);
            if (round == 0) continue;
            alone.add(one);
            queued.add(other);
        }
        System.out.printf("%d rounds of %d jobs, median (least to most)%n", rounds, jobs);
        System.out.printf("%-22s %-22s %10s %10s %10s%n", "", "jobs/s", "CPU ms/job", "worker",
                "web");
        double fast = row("engine alone", alone, jobs);
        double slow = row("serve, end to end", queued, jobs);
        System.out.printf(Locale.ROOT, "ratio %.3f%n", slow / fast);
    }

    private static double row(String name, List<Took> rounds, int jobs) {
        var speed = new Figures(rounds.stream().map(t -> jobs / t.seconds).toList());
        var worker = new Figures(rounds.stream()
                .map(t -> (t.workerMs + t.bareMs) / jobs).toList()).median();
        var web = new Figures(rounds.stream().map(t -> t.webMs / jobs).toList()).median();
        System.out.printf(Locale.ROOT, "%-22s %-22s %10.1f %10.1f %10.1f%n", name,
                speed.spread("%.1f"), worker + web, worker, web);
        return speed.median();
    }

    private interface Part {
        void run(int from, int to) throws IOException, InterruptedException;
    }

    private Took took(int jobs, Part part) throws IOException, InterruptedException {
        Thread.sleep(500);
        var worker = server.descendants().filter(ProcessHandle::isAlive).findFirst().orElseThrow();
        double web = Site.cpuMs(server.toHandle());
        double work = Site.cpuMs(worker);
        double engine = Site.cpuMs(bare.toHandle());
        long began = System.nanoTime();
        part.run(next, next + jobs);
        double seconds = (System.nanoTime() - began) / 1e9;
        next += jobs;
        return new Took(seconds, Site.cpuMs(server.toHandle()) - web, Site.cpuMs(worker) - work,
                Site.cpuMs(bare.toHandle()) - engine);
    }

    private void alone(int from, int to) throws IOException {
        var line = from + " " + to + "\n";
        bare.getOutputStream().write(line.getBytes());
        bare.getOutputStream().flush();
        if (!"done".equals(answers.readLine())) throw new IOException("the engine ended");
    }

    private void queued(int from, int to) throws IOException, InterruptedException {
        for (int job = from; job < to; job++)
            site.submit(photo, OPERATIONS.formatted(left(job), top(job)), "normal");
        while (site.isAny("queued")) Thread.sleep(LOOK_AGAIN_MS);
        while (site.isAny("running")) Thread.sleep(LOOK_CLOSELY_MS);
    }
}
