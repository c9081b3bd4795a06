import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;

/// Kills the process that works on a job, again and again, and measures how long the job waits until
/// another process has begun it: on Safelight (a broker, a web server, two workers) and on BullMQ
/// with its defaults, with jobs of about two seconds each. Whoever was killed is started again at
/// once on both sides. Safelight's wait is seen from outside, by asking for the job every 5 ms.
final class Run {
    private static final int JOB_MS = 2_000;
    private static final int WIDTH = 4_000;
    private static final int HEIGHT = 3_000;
    private static final Duration START_MOST = Duration.ofMinutes(2);
    private static final Pattern READY = Pattern.compile("is ready at (\\S+)");

    private final Path root;
    private final Path work;
    private final List<Process> started = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private String url = "";
    private String cookie = "";

    private Run(Path root, Path work) {
        this.root = root;
        this.work = work;
    }

    public static void main(String[] arguments) throws Exception {
        var options = new TreeMap<>(Map.of("kills", "50", "at-once", "10"));
        for (int i = 1; i + 1 < arguments.length; i += 2)
            if (options.replace(arguments[i].replaceFirst("^--", ""), arguments[i + 1]) == null)
                throw new IllegalArgumentException("no option is called " + arguments[i]);
        int kills = Integer.parseInt(options.get("kills"));
        var run = new Run(Path.of(arguments[0]), Files.createTempDirectory("safelight-recovery"));
        Runtime.getRuntime().addShutdownHook(new Thread(run::stopAll));
        System.out.printf("%-10s %6s %10s %10s%n", "", "kills", "median ms", "worst ms");
        print("Safelight", run.safelight(kills));
        print("BullMQ", run.bullmq(kills, options.get("at-once")));
    }

    private static void print(String name, List<Long> waits) {
        var sorted = waits.stream().sorted(Comparator.naturalOrder()).toList();
        System.out.printf(Locale.ROOT, "%-10s %6d %10d %10d%n", name, sorted.size(),
                sorted.get(sorted.size() / 2), sorted.getLast());
    }

    private List<Long> bullmq(int kills, String atOnce) throws Exception {
        int port = freePort();
        start("redis", "redis-server", "--port", "" + port, "--save", "", "--appendonly", "yes",
                "--dir", Files.createDirectory(work.resolve("redis")).toString());
        var main = start("bullmq", "node", root.resolve("bench/recovery/bullmq/main.js").toString(),
                "" + port, "" + kills, atOnce, "" + JOB_MS);
        if (main.waitFor() != 0) throw new IOException("BullMQ failed, see " + work);
        var numbers = Files.readString(work.resolve("bullmq.log")).strip();
        return Arrays.stream(numbers.substring(numbers.lastIndexOf('[') + 1).split("[,\\]]"))
                .map(Long::valueOf).toList();
    }

    private List<Long> safelight(int kills) throws Exception {
        role("broker", "--set", "broker.port=0");
        url = role("web", "--port", "0");
        var workers = List.of(worker(1), worker(2));
        cookie = signUp();
        var photo = field("id", ask("POST", "/photos", picture()));
        var waits = new ArrayList<Long>();
        while (waits.size() < kills) waits.add(kill(workers, photo));
        return waits;
    }

    private long kill(List<Process> workers, String photo) throws Exception {
        var order = """
                {"photo":"%s","operations":[{"op":"blur","sigma":40},{"op":"blur","sigma":%d}]}\
                """.formatted(photo, 30 + RandomGenerator.getDefault().nextInt(20));
        var before = cpu(workers);
        var job = field("id", ask("POST", "/jobs", order.getBytes()));
        while (!field("state", ask("GET", "/jobs/" + job, null)).equals("running"))
            Thread.sleep(5);
        Thread.sleep(JOB_MS / 4);
        var busy = cpu(workers).entrySet().stream()
                .max(Comparator.comparingLong(e -> e.getValue() - before.getOrDefault(e.getKey(), 0L)))
                .orElseThrow().getKey();
        long killed = System.nanoTime();
        ProcessHandle.of(busy).orElseThrow().destroyForcibly();
        while (true) {
            var now = ask("GET", "/jobs/" + job, null);
            if (field("attempt", now).equals("2") || field("state", now).equals("succeeded")) break;
            Thread.sleep(5);
        }
        long waited = (System.nanoTime() - killed) / 1_000_000;
        ask("DELETE", "/jobs/" + job, null);
        // Both workers are there again before the next kill.
        while (cpu(workers).size() < workers.size()) Thread.sleep(20);
        Thread.sleep(JOB_MS);
        return waited;
    }

    /// CPU ticks by the pid of the processes in which photo work is done.
    private static Map<Long, Long> cpu(List<Process> workers) throws IOException {
        var ticks = new TreeMap<Long, Long>();
        for (var worker : workers)
            for (var child : worker.descendants().filter(ProcessHandle::isAlive).toList()) {
                var stat = Path.of("/proc/" + child.pid() + "/stat");
                if (!Files.exists(stat)) continue;
                var fields = Files.readString(stat).replaceFirst(".*\\) ", "").split(" ");
                ticks.put(child.pid(), Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
            }
        return ticks;
    }

    private Process worker(int number) throws Exception {
        return start("worker-" + number, safelight("worker", "--set", "worker.slots=1",
                "--set", "ops.port=0"));
    }

    private String role(String role, String... options) throws Exception {
        var process = start(role, safelight(role, options));
        var log = work.resolve(role + ".log");
        long end = System.nanoTime() + START_MOST.toNanos();
        while (System.nanoTime() < end && process.isAlive()) {
            var match = READY.matcher(Files.readString(log));
            if (match.find()) return match.group(1);
            Thread.sleep(50);
        }
        throw new IOException(role + " did not start, see " + log);
    }

    private String[] safelight(String role, String... options) {
        var command = new ArrayList<>(List.of(root.resolve("safelight").toString(), role,
                "--data", work.resolve("data").toString()));
        command.addAll(List.of(options));
        return command.toArray(String[]::new);
    }

    private Process start(String name, String... command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(work.resolve(name + ".log").toFile()).start();
        started.add(process);
        return process;
    }

    private String signUp() throws Exception {
        var body = "{\"email\":\"bench@example.org\",\"password\":\"correct horse battery\"}";
        var answer = http.send(HttpRequest.newBuilder(URI.create(url + "/api/v1/accounts"))
                .POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
        return answer.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
    }

    private String ask(String method, String path, byte[] body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url + "/api/v1" + path))
                .header("Cookie", cookie)
                .method(method, body == null
                        ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        var answer = http.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() >= 400 && answer.statusCode() != 409)
            throw new IOException(method + " " + path + ": " + answer.body());
        return answer.body();
    }

    private static String field(String name, String json) {
        var match = Pattern.compile("\"" + name + "\":\"?([^\",}]+)").matcher(json);
        if (!match.find()) throw new IllegalStateException("no " + name + " in " + json);
        return match.group(1);
    }

    private static byte[] picture() throws IOException {
        var image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++) image.setRGB(x, y, x * 31 + y * 17 << 4 ^ x * y);
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", bytes);
        return bytes.toByteArray();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void stopAll() {
        for (var process : started.reversed()) {
            process.destroy();
            try {
                if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly();
            } catch (InterruptedException e) {
                process.destroyForcibly();
            }
        }
    }
}
