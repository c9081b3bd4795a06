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
import java.util.regex.Pattern;

/// Whether the memory of the process that does photo work stays as it is: `serve` gets jobs that all
/// differ, on photos of several sizes, in planes and through libvips, into all formats but AVIF, and its
/// resident memory is read every 50 jobs. A line is laid through the figures of the last half (least
/// squares); it is flat if it rises by less over that half than the figures spread around it.
///
/// glibc's allocator makes up to eight arenas for each core, and each keeps what it once needed. The
/// launcher allows two (`MALLOC_ARENA_MAX`); each row has another number. The exit code is that of the first.
final class Run {
    private static final Pattern RSS = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final int[][] SIZES = {{640, 480}, {1200, 900}, {1600, 1200}, {2400, 1600}, {3000, 2000}};
    private static final int SENDERS = 4;
    private static final int OPEN_MOST = 40;
    private static final int EVERY = 50;
    private static final int ROWS = 10;

    /// What is asked for; `%1$d` and `%2$d` make each job another one.
    private static final List<String> ORDERS = List.of(
            "\"operations\":[{\"op\":\"crop\",\"left\":%1$d,\"top\":%2$d,\"width\":500,\"height\":350},"
                    + "{\"op\":\"blur\",\"sigma\":2},{\"op\":\"sharpen\",\"sigma\":1,\"amount\":1}]",
            "\"operations\":[{\"op\":\"crop\",\"left\":%1$d,\"top\":%2$d,\"width\":400,\"height\":300},"
                    + "{\"op\":\"resize\",\"width\":300}],\"output\":{\"format\":\"webp\",\"quality\":80}",
            "\"operations\":[{\"op\":\"crop\",\"left\":%1$d,\"top\":%2$d,\"width\":400,\"height\":300},"
                    + "{\"op\":\"rotate\",\"angle\":90}],\"output\":{\"format\":\"png\"}",
            "\"operations\":[{\"op\":\"crop\",\"left\":%1$d,\"top\":%2$d,\"width\":450,\"height\":330},"
                    + "{\"op\":\"blur\",\"sigma\":1},{\"op\":\"sharpen\",\"sigma\":9,\"amount\":1}]");

    private final Site site;
    private final int jobs;
    private final List<String> photos = new ArrayList<>();
    private final List<double[]> points = new ArrayList<>();
    private Process server;

    private Run(Site site, int jobs) {
        this.site = site;
        this.jobs = jobs;
    }

    public static void main(String[] arguments) throws Exception {
        var options = new Options(Map.of("jobs", "10000", "arenas", "2,16"), arguments);
        int jobs = options.number("jobs");
        if (jobs < 20 * EVERY) throw new IllegalArgumentException("too few jobs for a line: " + jobs);
        var rows = new ArrayList<String>();
        boolean isFlat = true;
        for (var arenas : options.text("arenas").split(","))
            try (var site = new Site("memory")) {
                var run = new Run(site, jobs);
                run.run(arenas);
                rows.add(run.row(arenas));
                isFlat &= run.isFlat() || rows.size() > 1;
            }
        System.out.printf("resident memory of the photo worker in MiB, after so many of %d jobs%n%-8s", jobs, "arenas");
        for (int i = 1; i <= ROWS; i++) System.out.printf(" %7d", jobs * i / ROWS);
        System.out.printf("   last half: slope per 1,000 jobs, spread%n%s%n", String.join("\n", rows));
        System.exit(isFlat ? 0 : 1);
    }

    private void run(String arenas) throws Exception {
        server = site.start("serve", Map.of("MALLOC_ARENA_MAX", arenas), "./safelight", "serve", "--port", "0",
                "--data", site.folder.resolve("data").toString(), "--set", "jobs.open-most=" + OPEN_MOST);
        site.signUp(site.ready("serve", server));
        for (int i = 0; i < SIZES.length; i++) photos.add(site.upload(Site.picture(SIZES[i][0], SIZES[i][1], i)));
        long first = worker().pid();
        var next = new AtomicInteger();
        var sent = new ArrayList<Future<Boolean>>();
        try (var tasks = Executors.newFixedThreadPool(SENDERS)) {
            for (int i = 0; i < SENDERS; i++)
                sent.add(tasks.submit(() -> {
                    for (int job = next.getAndIncrement(); job < jobs; job = next.getAndIncrement()) {
                        site.ask("POST", "/jobs", order(job));
                        if (job % EVERY == 0) note(job);
                    }
                    return true;
                }));
            for (var each : sent) each.get();
        }
        while (site.isAny("queued") || site.isAny("running")) Thread.sleep(50);
        note(jobs);
        if (worker().pid() != first) throw new IOException("the worker was started anew");
        if (site.isAny("failed")) throw new IOException("jobs failed");
    }

    private byte[] order(int job) {
        int size = job % SIZES.length;
        int kind = job / SIZES.length % ORDERS.size();
        int at = job / (SIZES.length * ORDERS.size());
        int columns = SIZES[size][0] - 500;
        var order = ORDERS.get(kind).formatted(at % columns, at / columns + at % 100);
        return "{\"photo\":\"%s\",%s}".formatted(photos.get(size), order).getBytes();
    }

    private ProcessHandle worker() throws IOException {
        return server.descendants().filter(ProcessHandle::isAlive)
                .filter(p -> Site.commandLine(p).contains(" child-worker ")).findFirst()
                .orElseThrow(() -> new IOException("no worker"));
    }

    private synchronized void note(int job) throws IOException {
        var match = RSS.matcher(Files.readString(Path.of("/proc/" + worker().pid() + "/status")));
        if (match.find()) points.add(new double[] {job, Long.parseLong(match.group(1)) / 1024.0});
    }

    /// Rise a job, and how far the figures are from the line (standard deviation).
    private double[] line() {
        var half = points.stream().filter(p -> p[0] >= jobs / 2.0).toList();
        double x = half.stream().mapToDouble(p -> p[0]).average().orElseThrow();
        double y = half.stream().mapToDouble(p -> p[1]).average().orElseThrow();
        double slope = half.stream().mapToDouble(p -> (p[0] - x) * (p[1] - y)).sum()
                / half.stream().mapToDouble(p -> (p[0] - x) * (p[0] - x)).sum();
        double apart = half.stream().mapToDouble(p -> Math.pow(p[1] - y - slope * (p[0] - x), 2)).average().orElseThrow();
        return new double[] {slope, Math.sqrt(apart)};
    }

    private boolean isFlat() {
        var line = line();
        return line[0] * jobs / 2 < line[1];
    }

    private String row(String arenas) {
        var text = new StringBuilder(String.format("%-8s", arenas));
        for (int i = 1; i <= ROWS; i++) {
            double until = (double) jobs * i / ROWS;
            var before = points.stream().filter(p -> p[0] <= until).max((a, b) -> Double.compare(a[0], b[0]));
            text.append(String.format(Locale.ROOT, " %7.1f", before.orElseThrow()[1]));
        }
        var line = line();
        return text + String.format(Locale.ROOT, "   %+.2f MiB, %.2f MiB  %s", 1000 * line[0], line[1],
                isFlat() ? "flat" : "RISING");
    }
}
