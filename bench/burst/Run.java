import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// A burst of jobs on `safelight up` with 1 to 4 workers of one slot: how many workers are wanted and
/// run while the line drains and after it, whether it drains within the target, and whether any job
/// was cut off by the stop of its worker.
///
/// First, with one worker, a few jobs show what a job costs here, workers, web server, broker and
/// storage together: that is the least time in which all cores could do the burst. The target is half
/// as much again, unless it is given; what the autoscaler learned stays in the data folder. What was
/// needed is held for 20 s and not for five minutes, averages are of 15 s and not of a minute, and one
/// worker may come and go each 5 s, so that a run ends within six minutes.
final class Run {
    private static final int WIDTH = 1700;
    private static final int HEIGHT = 1300;
    private static final int COLUMNS = 100;
    private static final int LESSONS = 150;
    private static final int WARM_UP = 50;
    private static final int SENDERS = 8;
    private static final int BLURS_MAX = 19;
    private static final int WORKERS_MOST = 4;
    private static final double LEAST_TIMES = 1.5;
    private static final double DRAIN_MOST = 1.2;
    private static final double LESSONS_MOST_SECONDS = 120;

    private final Site site;
    private final Options options;
    private final byte[] picture = Site.picture(WIDTH, HEIGHT, 1);
    private final String operations;
    private final List<Point> points = new ArrayList<>();
    private Process up;
    private String photo = "";
    private int target;
    private long start = System.nanoTime();

    private record Point(double at, int waiting, int desired, int running) {}

    public static void main(String[] arguments) throws Exception {
        var options = new Options(Map.of("jobs", "2000", "cpu-ms", "45", "drain-seconds", "0",
                "hold-seconds", "20", "most-seconds", "200", "svg", "docs/burst.svg"), arguments);
        try (var site = new Site("burst")) {
            System.exit(new Run(site, options).run() ? 0 : 1);
        }
    }

    private Run(Site site, Options options) throws Exception {
        this.site = site;
        this.options = options;
        operations = operations(picture, options.number("cpu-ms"));
    }

    /// Its costs are those of the folder, if another one ran on it before.
    private Process start(String name, int workersMost, int drainSeconds) throws Exception {
        return site.safelight(name, "up", "--port", "0", "--web", "1..1", "--workers",
                "1.." + workersMost, "--set", "worker.slots=1",
                "--set", "jobs.open-most=" + (options.number("jobs") + LESSONS),
                "--set", "jobs.open-cost-most=2000000",
                "--set", "autoscaler.drain-target=" + drainSeconds + "s",
                "--set", "autoscaler.hold=" + options.text("hold-seconds") + "s",
                "--set", "autoscaler.stable=15s", "--set", "autoscaler.grow-every=5s",
                "--set", "autoscaler.shrink-every=5s");
    }

    private static String operations(byte[] photo, int cpuMs) throws Exception {
        var engine = new Engine();
        var canonical = "crop?left=0&top=0&width=1600&height=1200";
        var operations = "{\"op\":\"crop\",\"left\":%d,\"top\":%d,\"width\":1600,\"height\":1200}";
        for (int blurs = 1; ; blurs++) {
            canonical += ";blur?sigma=3";
            operations += ",{\"op\":\"blur\",\"sigma\":3}";
            double needed = engine.cpuMs(photo, canonical + ">jpeg?quality=80", 10);
            if (needed < cpuMs && blurs < BLURS_MAX) continue;
            System.out.printf(Locale.ROOT, "%-42s %8s%n", "a job", "crop and " + blurs
                    + " blurs, " + Math.round(needed) + " ms of CPU for the pixels");
            return operations;
        }
    }

    private boolean run() throws Exception {
        learn();
        up = start("up", WORKERS_MOST, target);
        site.signIn(site.ready("up", up));
        for (double end = now() + 60; workers() != 1 && now() < end; ) Thread.sleep(200);
        start = System.nanoTime();
        int jobs = options.number("jobs");
        double most = options.number("most-seconds");
        double handedIn;
        double drained;
        double back;
        try (var tasks = Executors.newSingleThreadExecutor()) {
            var watching = tasks.submit(this::watch);
            submit(LESSONS, LESSONS + jobs);
            handedIn = now();
            while (isOpen() && now() < most) Thread.sleep(200);
            drained = now();
            while (workers() > 1 && now() < most + 60) Thread.sleep(200);
            back = now();
            Thread.sleep(3_000);
            watching.cancel(true);
        }
        if (drained >= most)
            System.out.println("the burst was not done within --most-seconds and was left alone");
        Files.writeString(Path.of(options.text("svg")), svg());
        System.out.println(course());
        return report(handedIn, drained, back);
    }

    /// What a job costs, of which the target follows.
    private void learn() throws Exception {
        up = start("learning", 1, 60);
        site.signUp(site.ready("learning", up));
        photo = site.upload(picture);
        submit(0, WARM_UP);
        double end = now() + LESSONS_MOST_SECONDS;
        while (isOpen() && now() < end) Thread.sleep(100);
        double before = cpuMs();
        submit(WARM_UP, LESSONS);
        while (isOpen() && now() < end) Thread.sleep(100);
        double each = (cpuMs() - before) / (LESSONS - WARM_UP);
        // The autoscaler looks at what has ended now and then.
        Thread.sleep(3_000);
        site.stop(up);
        int cores = Runtime.getRuntime().availableProcessors();
        double least = options.number("jobs") * each / 1000 / cores;
        target = options.number("drain-seconds") > 0
                ? options.number("drain-seconds") : (int) Math.ceil(LEAST_TIMES * least);
        System.out.printf(Locale.ROOT, "%-42s %8.0f%n%-42s %8.1f%n",
                "CPU of all processes for a job, ms", each,
                "least time of " + cores + " cores for all jobs, s", least);
    }

    private double cpuMs() {
        return up.descendants().mapToDouble(Site::cpuMs).sum() + Site.cpuMs(up.toHandle());
    }

    /// Workers wanted and running, every five seconds.
    private String course() {
        var text = new StringBuilder("  s  waiting  wanted  running\n");
        double next = 0;
        for (var p : points) {
            if (p.at() < next) continue;
            text.append(String.format(Locale.ROOT, "%3.0f  %7d  %6d  %7d%n", p.at(), p.waiting(),
                    p.desired(), p.running()));
            next = p.at() + 5;
        }
        return text.toString();
    }

    private boolean report(double handedIn, double drained, double back) throws Exception {
        int cutOff = cutOff();
        int most = points.stream().mapToInt(Point::running).max().orElse(0);
        int wanted = points.stream().mapToInt(Point::desired).max().orElse(0);
        
        boolean isInTime = drained <= DRAIN_MOST * target;
        boolean isBack = workers() == 1;
        System.out.printf(Locale.ROOT, "%-42s %8d%n%-42s %8.1f%n%-42s %8.1f%n%-42s %8.1f  %s%n"
                        + "%-42s %8d%n%-42s %8d%n%-42s %8.1f  %s%n%-42s %8d  %s%n",
                "jobs", options.number("jobs"),
                "handed in after, s", handedIn,
                "drain target, s", (double) target,
                "all done after (from the first one), s", drained,
                isInTime ? "within the target + 20 %" : "TOO LATE",
                "workers wanted at most", wanted,
                "workers running at most", most,
                "one worker again after, s", back, isBack ? "" : "NOT BACK",
                "jobs that did not succeed at their first start", cutOff,
                cutOff == 0 ? "none was cut off" : "CUT OFF");
        return isInTime && isBack && cutOff == 0;
    }

    private double now() {
        return (System.nanoTime() - start) / 1e9;
    }

    private boolean isOpen() throws IOException, InterruptedException {
        return site.isAny("queued") || site.isAny("running");
    }

    private void submit(int from, int to) throws Exception {
        var next = new AtomicInteger(from);
        var sent = new ArrayList<Future<Boolean>>();
        try (var tasks = Executors.newFixedThreadPool(SENDERS)) {
            for (int i = 0; i < SENDERS; i++)
                sent.add(tasks.submit(() -> {
                    for (int job = next.getAndIncrement(); job < to; job = next.getAndIncrement())
                        site.submit(photo, operations.formatted(job % COLUMNS, job / COLUMNS),
                                "normal");
                    return true;
                }));
            for (var each : sent) each.get();
        }
    }

    /// Processes that take jobs, as the system sees them.
    private int workers() {
        return (int) up.descendants().filter(ProcessHandle::isAlive)
                .filter(p -> Site.commandLine(p).contains(" child-worker ")).count();
    }

    private boolean watch() throws IOException {
        try {
            while (true) {
                var cluster = site.get("/cluster");
                // those that the queue has not got yet wait too
                int waiting = Integer.parseInt(Site.field("waiting", cluster))
                        + Integer.parseInt(Site.field("ready", cluster));
                points.add(new Point(now(), waiting, Integer.parseInt(Site.field("worker",
                        cluster.substring(cluster.indexOf("\"desired\"")))), workers()));
                Thread.sleep(500);
            }
        } catch (InterruptedException e) {
            return true;
        }
    }

    /// Jobs that were started more than once, or did not succeed.
    private int cutOff() throws IOException, InterruptedException {
        int seen = 0;
        int bad = 0;
        for (var cursor = ""; ; ) {
            var page = site.get("/jobs?limit=100" + cursor);
            for (var job : page.split("\\{\"id\":")) {
                if (!job.contains("\"attempt\":")) continue;
                seen++;
                if (!Site.field("state", job).equals("succeeded")
                        || !Site.field("attempt", job).equals("1")) bad++;
            }
            if (!page.contains("\"next\":\"")) break;
            cursor = "&cursor=" + Site.field("next", page);
        }
        if (seen < options.number("jobs"))
            throw new IOException("only " + seen + " jobs are listed");
        return bad;
    }

    private String svg() {
        double end = points.getLast().at();
        double most = Math.max(1, points.stream().mapToInt(Point::waiting).max().orElse(1));
        var waiting = new StringBuilder();
        var desired = new StringBuilder();
        var running = new StringBuilder();
        for (var p : points) {
            double x = 50 + 700 * p.at() / end;
            waiting.append(at(x, 250 - 200 * p.waiting() / most));
            desired.append(at(x, 250 - 40 * p.desired()));
            running.append(at(x, 250 - 40 * p.running()));
        }
        var ticks = new StringBuilder();
        for (int i = 0; i <= 5; i++)
            ticks.append("<text x='42' y='%d' text-anchor='end'>%.0f</text><text x='758' y='%d'>%d</text>\n"
                    .formatted(254 - 40 * i, most * i / 5, 254 - 40 * i, i));
        for (int s = 0; s <= end; s += 20)
            ticks.append("<text x='%.0f' y='270' text-anchor='middle'>%d s</text>\n"
                    .formatted(50 + 700 * s / end, s));
        return """
                <svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 800 310' font-family='sans-serif' font-size='11'>
                <title>A burst: jobs that wait, workers wanted and running</title>
                <rect width='800' height='310' fill='white'/>
                <path d='M50 50V250H750V50' fill='none' stroke='#999'/>
                %s<polyline points='%s' fill='none' stroke='#bbb' stroke-width='2'/>
                <polyline points='%s' fill='none' stroke='#d95f02' stroke-width='2' stroke-dasharray='5 3'/>
                <polyline points='%s' fill='none' stroke='#1b6ca8' stroke-width='2'/>
                <text x='50' y='295' fill='#888'>jobs that wait (left)</text>
                <text x='250' y='295' fill='#d95f02'>workers wanted (right)</text>
                <text x='450' y='295' fill='#1b6ca8'>workers running (right)</text>
                </svg>
                """.formatted(ticks, waiting, desired, running);
    }

    private static String at(double x, double y) {
        return String.format(Locale.ROOT, "%.1f,%.1f ", x, y);
    }
}
