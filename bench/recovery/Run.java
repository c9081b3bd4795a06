import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// Kills the process that works on a job, again and again, and measures how long the job waits until
/// another process has begun it: on Safelight (a broker, a web server, two workers with one slot) and
/// on BullMQ with Redis. Whoever was killed is started again at once on all sides. Jobs last about two
/// seconds: on Safelight they are blurs that need a core, on BullMQ waits that need none.
///
/// On Safelight one kill follows the other, and the wait is seen from outside, by asking for the job
/// every 5 ms. BullMQ finds out by a clock of half a minute, so the kills of one round are made at
/// once there. One row has its defaults (lock 30 s, check every 30 s). Its documentation advises to
/// leave these alone and names no lower bound; the other row has a lock of 2 s and a check each second,
/// with which a worker that pauses for longer than a second or two loses its job to another.
final class Run {
    private static final int JOB_MS = 2_000;
    private static final int WIDTH = 6_000;
    private static final int HEIGHT = 4_000;
    private static final int IDLE_MORE = 5;
    private static final int BLURS_MAX = 19;
    private static final int SIGMA = 5;
    /// Of so many kills one may come too late.
    private static final int LATE_MOST = 3;
    private static final Duration SETTLED = Duration.ofMillis(300);
    private static final Pattern WORKER =
            Pattern.compile("\"id\":\"([^\"]+)\",\"role\":\"worker\"");
    private static final Duration WAIT_MOST = Duration.ofSeconds(60);

    private final Site site;
    private final List<Process> workers = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private int begun;
    private final byte[] picture = Site.picture(WIDTH, HEIGHT, 1);
    private final int blurs;
    private final double jobMs;
    private String photo = "";

    /// A job has as many blurs as take the time here.
    private Run(Site site) throws Exception {
        this.site = site;
        var engine = new Engine();
        var blur = "blur?sigma=" + SIGMA;
        // without decoding and encoding
        double one = (engine.cpuMs(picture, blur + (";" + blur).repeat(10) + ">jpeg?quality=80", 5)
                - engine.cpuMs(picture, blur + ">jpeg?quality=80", 5)) / 10;
        blurs = (int) Math.clamp(Math.round(JOB_MS / one), 1, BLURS_MAX);
        jobMs = Math.min(JOB_MS, blurs * one);
        System.out.printf(Locale.ROOT, "a job here: %d blurs, about %.0f ms%n", blurs, jobMs);
    }

    public static void main(String[] arguments) throws Exception {
        var options = new Options(Map.of("kills", "50", "rounds", "2"), arguments);
        int rounds = options.number("rounds");
        int each = (options.number("kills") + rounds - 1) / rounds;
        try (var site = new Site("recovery")) {
            var ours = new ArrayList<Long>();
            var tuned = new ArrayList<Long>();
            var usual = new ArrayList<Long>();
            var run = new Run(site);
            run.startSafelight();
            var low = run.new Bullmq("bullmq-low", each, 2_000, 1_000);
            var defaults = run.new Bullmq("bullmq", each, 30_000, 30_000);
            for (int round = 0; round < rounds; round++) {
                ours.addAll(run.safelight(each));
                tuned.addAll(low.round(each));
                usual.addAll(defaults.round(each));
            }
            System.out.printf("%-34s %6s %10s %10s %10s%n", "", "kills", "median ms", "least ms",
                    "worst ms");
            print("Safelight", ours);
            print("BullMQ, lock 2 s, check 1 s", tuned);
            print("BullMQ, defaults (30 s, 30 s)", usual);
        }
    }

    private static void print(String name, List<Long> waits) {
        var figures = new Figures(waits);
        System.out.printf(Locale.ROOT, "%-34s %6d %10.0f %10.0f %10.0f%n", name, figures.count(),
                figures.median(), figures.at(0), figures.worst());
    }

    /// BullMQ on a Redis of its own that appends every change to a file.
    private final class Bullmq {
        private final Process main;
        private final BufferedReader answers;

        Bullmq(String name, int atOnce, int lockMs, int checkMs) throws IOException {
            int port = Site.freePort();
            site.start("redis-" + name, Map.of(), "redis-server", "--port", "" + port, "--bind",
                    "127.0.0.1", "--save", "", "--appendonly", "yes", "--dir",
                    Files.createDirectory(site.folder.resolve(name)).toString());
            main = site.add(new ProcessBuilder("node", "bench/recovery/bullmq/main.js", "" + port,
                    "" + (atOnce + IDLE_MORE), "" + JOB_MS, "" + lockMs, "" + checkMs)
                    .redirectError(site.folder.resolve(name + ".err").toFile()).start());
            answers = main.inputReader();
            answer();
        }

        private String answer() throws IOException {
            var line = answers.readLine();
            if (line == null) throw new IOException("BullMQ ended, see " + site.folder);
            return line;
        }

        List<Long> round(int kills) throws IOException {
            main.getOutputStream().write((kills + "\n").getBytes());
            main.getOutputStream().flush();
            var numbers = answer().replaceAll("[\\[\\]]", "");
            return Arrays.stream(numbers.split(",")).map(Long::valueOf).toList();
        }
    }

    private void startSafelight() throws Exception {
        var broker = site.safelight("broker", "broker", "--set", "broker.port=0");
        site.ready("broker", broker);
        site.signUp(site.ready("web", site.safelight("web", "web", "--port", "0")));
        photo = site.upload(picture);
        for (int i = 1; i <= 2; i++)
            workers.add(site.safelight("worker-" + i, "worker", "--set", "worker.slots=1",
                    "--set", "ops.port=0"));
        begun = workers.size();
    }

    private List<Long> safelight(int kills) throws Exception {
        var waits = new ArrayList<Long>();
        for (int tries = 0; waits.size() < kills; tries++) {
            if (tries > LATE_MOST * (kills + 1))
                throw new IOException("jobs end before they can be killed: " + waits.size()
                        + " of " + tries + " were cut off");
            kill().ifPresent(ms -> waits.add(ms));
        }
        return waits;
    }

    /// How long the job of a killed worker waited; empty if the job had ended before the kill.
    private OptionalLong kill() throws Exception {
        awaitWorkers();
        // One that no other job has, or its result would be there already.
        var operations = "{\"op\":\"blur\",\"sigma\":%.3f}%s".formatted(
                RandomGenerator.getDefault().nextDouble(SIGMA - 2.0, SIGMA + 2.0),
                ",{\"op\":\"blur\",\"sigma\":5}".repeat(blurs - 1));
        var before = cpu();
        var job = site.submit(photo, operations, "normal");
        while (Site.field("state", look(job)).equals("queued")) Thread.sleep(5);
        Thread.sleep((long) jobMs / 4);
        var busy = cpu().entrySet().stream().max(Comparator.comparingDouble(
                e -> e.getValue() - before.getOrDefault(e.getKey(), 0.0))).orElseThrow().getKey();
        long killed = System.nanoTime();
        ProcessHandle.of(busy).ifPresent(ProcessHandle::destroyForcibly);
        begun++;
        var waited = OptionalLong.empty();
        while (waited.isEmpty()) {
            var now = look(job);
            long ms = (System.nanoTime() - killed) / 1_000_000;
            if (Site.field("attempt", now).equals("2")) waited = OptionalLong.of(ms);
            else if (!isOpen(Site.field("state", now))) return waited;
            else if (ms > WAIT_MOST.toMillis()) throw new IOException("not run again: " + now);
            else Thread.sleep(5);
        }
        site.ask("DELETE", "/jobs/" + job, new byte[0]);
        return waited;
    }

    private static boolean isOpen(String state) {
        return state.equals("queued") || state.equals("running");
    }

    private String look(String job) throws IOException, InterruptedException {
        return site.get("/jobs/" + job);
    }

    /// Every worker that was started, once more after each kill, has announced itself and takes jobs.
    private void awaitWorkers() throws InterruptedException, IOException {
        for (long end = System.nanoTime() + WAIT_MOST.toNanos(); System.nanoTime() < end; ) {
            WORKER.matcher(site.get("/cluster")).results().forEach(m -> seen.add(m.group(1)));
            if (seen.size() >= begun) {
                Thread.sleep(SETTLED);
                return;
            }
            Thread.sleep(20);
        }
        throw new IOException("a worker does not come back, see " + site.folder);
    }

    /// The processes in which photo work is done.
    private List<ProcessHandle> children() {
        return workers.stream().flatMap(Process::descendants).filter(ProcessHandle::isAlive)
                .filter(p -> Site.commandLine(p).contains(" child-worker ")).toList();
    }

    private Map<Long, Double> cpu() {
        var used = new TreeMap<Long, Double>();
        for (var child : children()) used.put(child.pid(), Site.cpuMs(child));
        return used;
    }
}
