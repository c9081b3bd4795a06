import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// Load in an open loop on a whole `safelight up`: what the autoscaler makes of a step, and what
/// clients see of it and of a restart of every web server. Bounded: about two minutes for the step,
/// one and a half for the restart.
final class Run {
    private static final Pattern READY = Pattern.compile("is ready at (http://\\S+)");
    private static final Pattern DESIRED = Pattern.compile("\"desired\":\\{\"web\":(\\d+)");
    private static final Pattern RUNNING = Pattern.compile("\"running\":\\{\"web\":(\\d+)");
    private static final long SECOND = 1_000_000_000L;
    private static final int LOW = 10;
    private static final int HIGH = 500;
    private static final int STEADY = 200;
    private static final int LEAST = 2;
    private static final int MOST = 4;
    private static final Set<String> OWN = Set.of("--step-only", "--restart-only");

    /// How the figures become counts in this run: a server is meant to have a tenth of a request in
    /// hand, so that {@link #HIGH} ask for more servers on a fast host too; the windows are short.
    private static final List<String> SETTINGS =
            List.of(
                    "web.places=1",
                    "autoscaler.busy-percent=10",
                    "autoscaler.cpu-percent=100",
                    "autoscaler.stable=10s",
                    "autoscaler.burst=3s",
                    "autoscaler.burst-percent=120",
                    "autoscaler.grow-every=5s",
                    "autoscaler.hold=15s",
                    "autoscaler.shrink-every=5s");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Point> points = new ArrayList<>();
    private final List<String> table = new ArrayList<>();
    private final long start = System.nanoTime();
    private final Process up;
    private final String url;
    private final String cookie;
    private final Load load;
    private volatile boolean stopped;

    private record Point(double at, double rate, int desired, int running) {}

    public static void main(String[] arguments) throws Exception {
        var options = List.of(arguments);
        var table = new ArrayList<String>();
        if (!options.contains("--restart-only"))
            table.addAll(new Run(LEAST + ".." + MOST, options).during(Run::step));
        if (!options.contains("--step-only"))
            table.addAll(new Run("3..3", options).during(Run::restart));
        System.out.println("| what | seen |");
        System.out.println("|---|---|");
        table.forEach(System.out::println);
    }

    private interface Part {
        void run(Run run) throws Exception;
    }

    private Run(String web, List<String> options) throws Exception {
        var data = Files.createTempDirectory("safelight-tier");
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        var folder = data.resolve("data").toString();
        var command =
                new ArrayList<>(
                        List.of("./safelight", "up", "--port", "0", "--data", folder, "--web", web));
        for (var setting : SETTINGS) command.addAll(List.of("--set", setting));
        options.stream().filter(o -> !OWN.contains(o)).forEach(command::add);
        up = new ProcessBuilder(command).redirectError(data.resolve("up.err").toFile()).start();
        Runtime.getRuntime().addShutdownHook(new Thread(up::destroy));
        System.out.println("logs in " + data);
        url = ready(up);
        cookie = signUp();
        load = new Load(url + "/api/v1/session", cookie, LOW);
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
        var answer =
                client.send(
                        HttpRequest.newBuilder(URI.create(url + "/api/v1/accounts"))
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString());
        return answer.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
    }

    private List<String> during(Part part) throws Exception {
        var watch = Thread.ofPlatform().daemon().start(this::watch);
        try (load) {
            part.run(this);
        } finally {
            stopped = true;
            watch.join();
            up.destroy();
            if (!up.waitFor(60, TimeUnit.SECONDS)) up.destroyForcibly();
        }
        return table;
    }

    private void step() throws Exception {
        Thread.sleep(25_000);
        var before = load.servers().keySet();
        var cpu = cpu();
        double from = now();
        load.rate(HIGH);
        Thread.sleep(40_000);
        double own = cpu().minus(cpu).toMillis() / 1e3 / (now() - from);
        double calm = now();
        load.rate(LOW);
        while (now() < calm + 60 && (now() < calm + 30 || points.getLast().running() > LEAST))
            Thread.sleep(500);
        Thread.sleep(3_000);
        load.close();
        double first =
                load.servers().entrySet().stream()
                        .filter(s -> !before.contains(s.getKey()))
                        .mapToDouble(s -> seconds(s.getValue().first()) - from)
                        .min()
                        .orElse(Double.NaN);
        double decided =
                points.stream()
                        .filter(p -> p.at() > from && p.desired() > LEAST)
                        .mapToDouble(p -> p.at() - from)
                        .findFirst()
                        .orElse(Double.NaN);
        int most = points.stream().mapToInt(Point::running).max().orElse(0);
        say("step from 10 to 500 requests a second: decided after", "%.1f s", decided);
        say("a new web server took traffic after", "%.1f s", first);
        say("web servers before, at most, at the end", "%s", before.size() + ", " + most + ", "
                + points.getLast().running());
        report("the whole step, up and down", 0, now());
        report("the first 10 s after the step", from, from + 10);
        report("%d a second, after that".formatted(HIGH), from + 10, calm);
        say("cores used by the load itself", "%.2f", own);
        Files.writeString(Path.of("docs/scale.svg"), svg());
    }

    private void restart() throws Exception {
        awaitServers(3);
        load.rate(STEADY);
        Thread.sleep(5_000);
        double from = now();
        int restarted = 0;
        for (var old : webs()) {
            old.destroy();
            old.onExit().get(60, TimeUnit.SECONDS);
            restarted++;
            awaitServers(3);
        }
        while (now() < from + 60) Thread.sleep(100);
        load.close();
        say("web servers restarted under %d requests a second".formatted(STEADY), "%d", restarted);
        report("the whole restart", 0, now());
    }

    private void awaitServers(int count) throws InterruptedException {
        long from = System.nanoTime();
        while (load.servers().values().stream().filter(s -> s.last() > from).count() < count) {
            if (System.nanoTime() > from + 60 * SECOND)
                throw new IllegalStateException("no " + count + " servers");
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

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private double now() {
        return seconds(System.nanoTime());
    }

    private double seconds(long nanoTime) {
        return (nanoTime - start) / (double) SECOND;
    }

    private void say(String what, String format, Object value) {
        table.add("| " + what + " | " + String.format(Locale.ROOT, format, value) + " |");
    }

    private void report(String what, double from, double to) {
        var some =
                load.answers().stream()
                        .filter(a -> seconds(a.at()) >= from && seconds(a.at()) < to)
                        .toList();
        var failed = some.stream().filter(a -> !a.fault().isEmpty()).toList();
        var took = some.stream().mapToLong(Load.Answer::took).sorted().toArray();
        table.add(
                String.format(
                        Locale.ROOT,
                        "| %s | %,d requests, %,d failed, p50 %.1f ms, p99 %.1f ms, longest %.0f ms |",
                        what,
                        some.size(),
                        failed.size(),
                        took[took.length / 2] / 1e6,
                        took[(int) (took.length * 0.99)] / 1e6,
                        took[took.length - 1] / 1e6));
        failed.stream()
                .limit(5)
                .forEach(f -> System.out.printf("  %.1f s: %s%n", seconds(f.at()), f.fault()));
    }

    /// Once a second; what cannot be seen is left out.
    private void watch() {
        var request =
                HttpRequest.newBuilder(URI.create(url + "/api/v1/cluster"))
                        .timeout(Duration.ofSeconds(5))
                        .header("Cookie", cookie)
                        .build();
        while (!stopped) {
            try {
                var body = client.send(request, BodyHandlers.ofString()).body();
                if (DESIRED.matcher(body).find())
                    points.add(
                            new Point(
                                    now(),
                                    load.rate(),
                                    number(DESIRED, body),
                                    number(RUNNING, body)));
                Thread.sleep(1000);
            } catch (IOException e) {
                System.out.printf("  %.1f s: the cluster cannot be seen: %s%n", now(), e);
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
