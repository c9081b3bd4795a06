import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/// Load in an open loop on `safelight up`, and what the autoscaler makes of it.
final class Run {
    private static final Pattern READY = Pattern.compile("is ready at (http://\\S+)");
    private static final Pattern DESIRED = Pattern.compile("\"desired\":\\{\"web\":(\\d+)");
    private static final Pattern RUNNING = Pattern.compile("\"running\":\\{\"web\":(\\d+)");
    private static final Pattern SERVED_BY = Pattern.compile("\"servedBy\":\"([^\"]+)\"");
    private static final long SECOND = 1_000_000_000L;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Served> served = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Long> micros = new ConcurrentLinkedQueue<>();
    private final AtomicLong sent = new AtomicLong();
    private final List<Point> points = new ArrayList<>();
    private final long start = System.nanoTime();
    private final Process up;
    private final String url;
    private final String cookie;
    private volatile double rate;
    private volatile boolean stopped;

    private record Served(double at, String by) {}

    private record Point(double at, double rate, int desired, int running, int serving) {}

    public static void main(String[] arguments) throws Exception {
        System.setProperty("jdk.httpclient.disableRetryConnect", "true");
        System.setProperty("jdk.httpclient.redirects.retrylimit", "1");
        var options = List.of(arguments);
        new Run("2..6", options).during(Run::step);
        if (!options.contains("--step-only")) new Run("3..3", options).during(Run::restart);
    }

    private interface Part {
        void run(Run run) throws Exception;
    }

    private Run(String web, List<String> options) throws Exception {
        var data = Files.createTempDirectory("safelight-tier");
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        var command = new ArrayList<>(List.of("./safelight", "up", "--port", "0", "--data",
                data.resolve("data").toString(), "--web", web, "--set", "web.places=2",
                "--set", "autoscaler.stable=10s", "--set", "autoscaler.burst=3s",
                "--set", "autoscaler.burst-percent=120", "--set", "autoscaler.grow-every=5s",
                "--set", "autoscaler.hold=15s", "--set", "autoscaler.shrink-every=5s"));
        options.stream().filter(o -> !o.equals("--step-only")).forEach(command::add);
        up = new ProcessBuilder(command).redirectError(data.resolve("up.err").toFile()).start();
        System.out.println("logs in " + data);
        url = ready(up);
        cookie = signUp();
    }

    private static String ready(Process up) throws IOException {
        var lines = up.inputReader();
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            var match = READY.matcher(line);
            if (match.find()) {
                Thread.ofVirtual().start(() -> lines.lines().forEach(_ -> {}));
                return match.group(1);
            }
        }
        throw new IOException("up did not start");
    }

    private String signUp() throws Exception {
        var body = "{\"email\":\"bench@example.org\",\"password\":\"correct horse battery\"}";
        var answer = client.send(HttpRequest.newBuilder(URI.create(url + "/api/v1/accounts"))
                .POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
        return answer.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
    }

    private void during(Part part) throws Exception {
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            rate = 10;
            Thread.ofPlatform().start(() -> pace(tasks));
            Thread.ofPlatform().daemon().start(this::watch);
            part.run(this);
            stopped = true;
        } finally {
            stopped = true;
            up.destroy();
            up.waitFor();
        }
    }

    private void step() throws Exception {
        Thread.sleep(40_000);
        var before = servers();
        double from = now();
        rate = 500;
        Thread.sleep(45_000);
        double first = served.stream().filter(s -> s.at() > from && !before.contains(s.by()))
                .mapToDouble(Served::at).min().orElse(Double.NaN);
        System.out.printf("a new web server took traffic %.1f s after the step%n", first - from);
        rate = 10;
        Thread.sleep(75_000);
        Files.writeString(Path.of("docs/scale.svg"), svg());
        System.out.println("running at the end: " + points.getLast().running());
        report("step 10 -> 500 -> 10 requests a second");
    }

    private void restart() throws Exception {
        awaitServers(3);
        rate = 200;
        Thread.sleep(10_000);
        double from = now();
        int restarted = 0;
        for (var old : webs()) {
            old.destroy();
            old.onExit().get();
            restarted++;
            awaitServers(3);
        }
        while (now() < from + 60) Thread.sleep(100);
        System.out.println(restarted + " web servers were restarted");
        report("restart of every web server under 200 requests a second");
    }

    private void awaitServers(int count) throws InterruptedException {
        double from = now();
        while (served.stream().filter(s -> s.at() > from).map(Served::by).distinct().count()
                < count) {
            if (now() > from + 120) throw new IllegalStateException("no " + count + " servers");
            Thread.sleep(200);
        }
    }

    private List<ProcessHandle> webs() {
        return up.descendants().filter(p -> line(p).contains("Main web ")).toList();
    }

    private static String line(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"))
                    .replace('\0', ' ');
        } catch (IOException e) {
            return "";
        }
    }

    private List<String> servers() {
        double since = now() - 5;
        return served.stream().filter(s -> s.at() > since).map(Served::by).distinct().toList();
    }

    private double now() {
        return (System.nanoTime() - start) / (double) SECOND;
    }

    private void report(String what) {
        var sorted = micros.stream().sorted(Comparator.naturalOrder()).toList();
        System.out.printf(Locale.ROOT,
                "%s: %d sent, %d failed, p50 %.1f ms, p99 %.1f ms%n", what, sent.get(),
                failures.size(), sorted.get(sorted.size() / 2) / 1e3,
                sorted.get((int) (sorted.size() * 0.99)) / 1e3);
        failures.stream().limit(5).forEach(f -> System.out.println("  " + f));
        micros.clear();
        failures.clear();
        sent.set(0);
    }

    private void pace(java.util.concurrent.ExecutorService tasks) {
        var request = HttpRequest.newBuilder(URI.create(url + "/api/v1/session"))
                .timeout(Duration.ofSeconds(30)).header("Cookie", cookie).build();
        double due = System.nanoTime();
        while (!stopped) {
            long now = System.nanoTime();
            if (now < due) {
                LockSupport.parkNanos((long) Math.min(due - now, 20_000_000));
                continue;
            }
            long dueNow = (long) due;
            tasks.execute(() -> send(request, dueNow));
            due += SECOND / rate;
        }
    }

    private void send(HttpRequest request, long due) {
        sent.incrementAndGet();
        try {
            var answer = client.send(request, BodyHandlers.ofString());
            micros.add((System.nanoTime() - due) / 1000);
            var by = SERVED_BY.matcher(answer.body());
            if (answer.statusCode() == 200 && by.find()) served.add(new Served(now(), by.group(1)));
            else failures.add("%.1f s: %d %s".formatted(now(), answer.statusCode(), answer.body()));
        } catch (IOException e) {
            failures.add("%.1f s: %s".formatted(now(), e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        var request = HttpRequest.newBuilder(URI.create(url + "/api/v1/cluster"))
                .header("Cookie", cookie).build();
        while (!stopped) {
            try {
                HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
                double since = now() - 1;
                int serving = (int) served.stream().filter(s -> s.at() > since)
                        .map(Served::by).distinct().count();
                points.add(new Point(now(), rate, number(DESIRED, answer.body()),
                        number(RUNNING, answer.body()), serving));
                Thread.sleep(1000);
            } catch (IOException e) {
                failures.add("cluster: " + e);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static int number(Pattern pattern, String text) {
        var match = pattern.matcher(text);
        return match.find() ? Integer.parseInt(match.group(1)) : 0;
    }

    private String svg() {
        double end = points.getLast().at();
        var load = new StringBuilder();
        var desired = new StringBuilder();
        var running = new StringBuilder();
        for (var p : points) {
            double x = 50 + 700 * p.at() / end;
            load.append(at(x, 250 - 200 * p.rate() / 500));
            desired.append(at(x, 250 - 40 * p.desired()));
            running.append(at(x, 250 - 40 * p.running()));
        }
        var ticks = new StringBuilder();
        for (int i = 0; i <= 5; i++)
            ticks.append(("<text x='42' y='%d' text-anchor='end'>%d</text>"
                    + "<text x='758' y='%d'>%d</text>\n")
                    .formatted(254 - 40 * i, 100 * i, 254 - 40 * i, i));
        for (int s = 0; s <= end; s += 20)
            ticks.append("<text x='%.0f' y='270' text-anchor='middle'>%d s</text>\n"
                    .formatted(50 + 700 * s / end, s));
        return """
                <svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 800 310' font-family='sans-serif' font-size='11'>
                <title>Load, desired and running web servers</title>
                <rect width='800' height='310' fill='white'/>
                <path d='M50 50V250H750V50' fill='none' stroke='#999'/>
                %s<polyline points='%s' fill='none' stroke='#bbb' stroke-width='2'/>
                <polyline points='%s' fill='none' stroke='#d95f02' stroke-width='2' stroke-dasharray='5 3'/>
                <polyline points='%s' fill='none' stroke='#1b6ca8' stroke-width='2'/>
                <text x='50' y='295' fill='#888'>requests a second (left)</text>
                <text x='250' y='295' fill='#d95f02'>web servers wanted (right)</text>
                <text x='450' y='295' fill='#1b6ca8'>web servers running (right)</text>
                </svg>
                """.formatted(ticks, load, desired, running);
    }

    private static String at(double x, double y) {
        return String.format(Locale.ROOT, "%.1f,%.1f ", x, y);
    }
}
