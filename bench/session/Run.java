import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/// Measures how much CPU time a web server takes to tell a client who is signed in: Safelight on
/// PostgreSQL and Redis, and Spring Boot with Spring Session on the same Redis.
///
/// Fair: both servers run at once, each gets its rounds in turn, on the same core; wrk and storage
/// have the other one. Each has 100 accounts signed in, and requests take turns with their cookies.
/// Both ask Redis for the session at each request. Safelight has the account in PostgreSQL, and
/// keeps a copy for five seconds; Spring has it in the session. Both are warmed up until another
/// round makes them no faster. What counts is the CPU time of the server's process (utime + stime of
/// /proc/PID/stat) in a round, divided by the requests answered in it.
final class Run {
    private static final int ACCOUNTS = 100;
    private static final int WARM_UPS_LEAST = 4;
    private static final int WARM_UPS_MOST = 9;
    private static final double SETTLED = 0.97;
    private static final double WANTED = 1 / 3.0;
    private static final double TICKS_A_SECOND = 100;
    private static final Duration START_MOST = Duration.ofSeconds(90);
    private static final String SERVER_CORE = "0";
    private static final String LOAD_CORE = "1";
    private static final Pattern COUNTS =
            Pattern.compile("counts (\\d+) (\\d+) (\\d+) (\\d+) (\\d+)");

    private final Path root;
    private final Path work;
    private final Map<String, String> options = new LinkedHashMap<>();
    private final List<String> settings = new ArrayList<>();
    private final List<Process> started = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    record Server(String name, long pid, URI url, Path cookies) {}

    record Round(String server, double perSecond, double cpuMicros, double p50Ms, double p99Ms) {}

    private Run(Path root, Path work) {
        this.root = root;
        this.work = work;
    }

    public static void main(String[] arguments) throws Exception {
        var work = Files.createTempDirectory("safelight-session-bench");
        var run = new Run(Path.of(arguments[0]), work);
        run.options.putAll(Map.of("rounds", "5", "seconds", "5", "connections", "32", "out", ""));
        run.read(Arrays.asList(arguments).subList(1, arguments.length));
        Runtime.getRuntime().addShutdownHook(new Thread(run::stopAll));
        run.measure();
    }

    private void read(List<String> arguments) {
        for (int i = 0; i + 1 < arguments.size(); i += 2) {
            var name = arguments.get(i).replaceFirst("^--", "");
            if (name.equals("set")) settings.add(arguments.get(i + 1));
            else if (options.replace(name, arguments.get(i + 1)) == null)
                throw new IllegalArgumentException("no option is called " + arguments.get(i));
        }
    }

    private void measure() throws Exception {
        var servers = start();
        var rounds = new ArrayList<Round>();
        for (var server : servers) warmUp(server);
        for (int i = 0; i < number("rounds"); i++)
            for (var server : servers) {
                var round = round(server, true);
                rounds.add(round);
                System.out.printf(
                        Locale.ROOT,
                        "  round %d  %-20s %8.0f requests/s  %6.1f us CPU%n",
                        i + 1,
                        server.name,
                        round.perSecond,
                        round.cpuMicros);
            }
        report(servers, rounds);
    }

    /// Until a round is no better than the one before, so that no compiler is still at work.
    private void warmUp(Server server) throws Exception {
        double before = Double.MAX_VALUE;
        for (int i = 1; i <= WARM_UPS_MOST; i++) {
            double cpu = round(server, false).cpuMicros;
            System.out.printf(
                    Locale.ROOT, "  warm-up %d  %-10s %6.1f us CPU%n", i, server.name, cpu);
            if (i >= WARM_UPS_LEAST && cpu > SETTLED * before) return;
            before = cpu;
        }
    }

    private List<Server> start() throws Exception {
        int redis = freePort();
        spawn(
                "redis",
                LOAD_CORE,
                "redis-server",
                "--port",
                "" + redis,
                "--bind",
                "127.0.0.1",
                "--appendonly",
                "yes",
                "--dir",
                Files.createDirectory(work.resolve("redis-data")).toString());
        int postgresql = postgresql();
        int queue = freePort();
        var common =
                new ArrayList<>(
                        List.of(
                                "catalog.engine=postgresql",
                                "postgresql.url=jdbc:postgresql://127.0.0.1:"
                                        + postgresql
                                        + "/postgres",
                                "postgresql.user=postgres",
                                "sessions.engine=redis",
                                "redis.url=redis://127.0.0.1:" + redis,
                                "data=" + work.resolve("data"),
                                "queue.url=tcp://127.0.0.1:" + queue,
                                "queue.password=only-for-this-measurement",
                                "sessions.tries-per-address=1000000",
                                "log.level=warn"));
        common.addAll(settings);
        var brokerOnly = List.of("broker.port=" + queue);
        spawn("broker", LOAD_CORE, safelight("broker", common, brokerOnly));
        listening(queue);
        var servers = new ArrayList<Server>();
        servers.add(web("safelight", common));
        servers.add(spring(redis));
        return servers;
    }

    private Server web(String name, List<String> common) throws Exception {
        int port = freePort();
        var own = List.of("web.port=" + port);
        var process = spawn(name, SERVER_CORE, safelight("web", common, own));
        listening(port);
        var url = URI.create("http://127.0.0.1:" + port + "/api/v1/");
        var cookies = new ArrayList<String>();
        for (int i = 0; i < ACCOUNTS; i++)
            cookies.add(
                    cookie(
                            url.resolve("accounts"),
                            """
                            {"email":"%s-%d@example.org","password":"correct horse %d","name":"Ada"}
                            """
                                    .formatted(name, i, i)));
        return ready(name, process, url.resolve("session"), cookies);
    }

    private Server spring(int redis) throws Exception {
        int port = freePort();
        var process =
                spawn(
                        "spring",
                        SERVER_CORE,
                        System.getProperty("java.home") + "/bin/java",
                        "-XX:+UseSerialGC",
                        "-XX:+UseCompactObjectHeaders",
                        "-Xmx512m",
                        "-jar",
                        root.resolve("bench/spring-session/target/spring-session.jar").toString(),
                        "--server.port=" + port,
                        "--spring.data.redis.port=" + redis);
        listening(port);
        var url = URI.create("http://127.0.0.1:" + port + "/session");
        var cookies = new ArrayList<String>();
        for (int i = 0; i < ACCOUNTS; i++)
            cookies.add(
                    cookie(
                            url,
                            """
                            {"email":"spring-%d@example.org","name":"Ada"}
                            """
                                    .formatted(i)));
        return ready("spring", process, url, cookies);
    }

    private Server ready(String name, Process process, URI url, List<String> cookies)
            throws Exception {
        var answer =
                http.send(
                        HttpRequest.newBuilder(url).header("Cookie", cookies.getFirst()).build(),
                        BodyHandlers.ofString());
        if (answer.statusCode() != 200 || !answer.body().contains("\"email\":\"" + name + "-0@"))
            throw new IllegalStateException(name + " answers " + answer + " " + answer.body());
        System.out.println(name + ": " + answer.body());
        var file = Files.write(work.resolve(name + ".cookies"), cookies);
        return new Server(name, process.pid(), url, file);
    }

    private String cookie(URI url, String body) throws Exception {
        var request =
                HttpRequest.newBuilder(url)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        var answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 201)
            throw new IllegalStateException(url + " answers " + answer + " " + answer.body());
        return answer.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
    }

    /// A cold server may be late; one that is measured may not.
    private Round round(Server server, boolean isMeasured) throws Exception {
        long before = ticks(server.pid);
        var builder =
                new ProcessBuilder(
                        "taskset",
                        "-c",
                        LOAD_CORE,
                        "wrk",
                        "-t1",
                        "-c" + options.get("connections"),
                        "-d" + options.get("seconds") + "s",
                        "-s",
                        root.resolve("bench/session/session.lua").toString(),
                        server.url.toString());
        builder.environment().put("COOKIES", server.cookies.toString());
        var wrk = builder.redirectErrorStream(true).start();
        var output = new String(wrk.getInputStream().readAllBytes());
        wrk.waitFor();
        double cpu = (ticks(server.pid) - before) / TICKS_A_SECOND;
        var counts = COUNTS.matcher(output);
        if (!counts.find() || isMeasured && !counts.group(3).equals("0"))
            throw new IllegalStateException("a round of " + server.name + " failed: " + output);
        double requests = Double.parseDouble(counts.group(1));
        double seconds = Double.parseDouble(counts.group(2)) / 1e6;
        return new Round(
                server.name,
                requests / seconds,
                cpu * 1e6 / requests,
                Double.parseDouble(counts.group(4)) / 1e3,
                Double.parseDouble(counts.group(5)) / 1e3);
    }

    private void report(List<Server> servers, List<Round> rounds) throws IOException {
        double spring = median(rounds, "spring", Round::cpuMicros);
        var json = new ArrayList<String>();
        System.out.printf(
                "%n%-20s %12s %14s %18s %9s %9s%n",
                "server", "requests/s", "us CPU/request", "(least to most)", "x Spring", "p99 ms");
        for (var server : servers) {
            var own = rounds.stream().filter(r -> r.server.equals(server.name)).toList();
            double cpu = median(rounds, server.name, Round::cpuMicros);
            double rate = median(rounds, server.name, Round::perSecond);
            double p99 = median(rounds, server.name, Round::p99Ms);
            double least = own.stream().mapToDouble(Round::cpuMicros).min().orElseThrow();
            double most = own.stream().mapToDouble(Round::cpuMicros).max().orElseThrow();
            System.out.printf(
                    Locale.ROOT,
                    "%-20s %12.0f %14.1f %9.1f to %5.1f %9.2f %9.1f%n",
                    server.name,
                    rate,
                    cpu,
                    least,
                    most,
                    cpu / spring,
                    p99);
            json.add(
                    String.format(
                            Locale.ROOT,
                            "{\"server\":\"%s\",\"requestsPerSecond\":%.0f,\"cpuMicros\":%.1f,"
                                    + "\"cpuMicrosLeast\":%.1f,\"cpuMicrosMost\":%.1f,"
                                    + "\"cpuOfSpring\":%.3f,\"p99Ms\":%.1f}",
                            server.name,
                            rate,
                            cpu,
                            least,
                            most,
                            cpu / spring,
                            p99));
        }
        System.out.printf(
                Locale.ROOT,
                "%nSafelight takes %.2f of the CPU time that Spring takes for a request (wanted: at"
                        + " most %.2f)%n",
                median(rounds, "safelight", Round::cpuMicros) / spring,
                WANTED);
        if (options.get("out").isEmpty()) return;
        Files.writeString(
                Path.of(options.get("out")),
                String.format(
                        "{\"rounds\":%s,\"seconds\":%s,\"connections\":%s,\"servers\":[%n  %s]}%n",
                        options.get("rounds"),
                        options.get("seconds"),
                        options.get("connections"),
                        String.join(",\n  ", json)));
    }

    private static double median(List<Round> rounds, String name, ToDoubleFunction<Round> of) {
        var sorted =
                rounds.stream()
                        .filter(r -> r.server.equals(name))
                        .mapToDouble(of)
                        .sorted()
                        .toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /// A new cluster of Debian's PostgreSQL, which refuses to run as root.
    private int postgresql() throws Exception {
        Path binaries;
        try (var versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            binaries = versions.max(Comparator.naturalOrder()).orElseThrow().resolve("bin");
        }
        boolean isRoot = System.getProperty("user.name").equals("root");
        var home = Files.createDirectory(work.resolve("postgresql-data"));
        if (isRoot) {
            work.toFile().setExecutable(true, false);
            call("chown", "postgres", home.toString());
        }
        List<String> as = isRoot ? List.of("runuser", "-u", "postgres", "--") : List.of();
        call(
                joined(
                        as,
                        binaries.resolve("initdb").toString(),
                        "-D",
                        home.toString(),
                        "-U",
                        "postgres",
                        "-A",
                        "trust",
                        "-E",
                        "UTF8"));
        int port = freePort();
        spawn(
                "postgresql",
                LOAD_CORE,
                joined(
                        as,
                        binaries.resolve("postgres").toString(),
                        "-D",
                        home.toString(),
                        "-p",
                        "" + port,
                        "-h",
                        "127.0.0.1",
                        "-k",
                        ""));
        listening(port);
        return port;
    }

    private String[] safelight(String role, List<String> common, List<String> more) {
        var command = new ArrayList<>(List.of(root.resolve("safelight").toString(), role));
        for (var setting : common) command.addAll(List.of("--set", setting));
        for (var setting : more) command.addAll(List.of("--set", setting));
        return command.toArray(String[]::new);
    }

    private Process spawn(String name, String core, String... command) throws IOException {
        var process =
                new ProcessBuilder(joined(List.of("taskset", "-c", core), command))
                        .directory(work.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(work.resolve(name + ".log").toFile())
                        .start();
        started.add(process);
        return process;
    }

    private static void call(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0)
            throw new IllegalStateException(String.join(" ", command) + ": " + output);
    }

    private static String[] joined(List<String> first, String... rest) {
        var all = new ArrayList<>(first);
        all.addAll(Arrays.asList(rest));
        return all.toArray(String[]::new);
    }

    private void listening(int port) throws Exception {
        long deadline = System.nanoTime() + START_MOST.toNanos();
        while (System.nanoTime() < deadline) {
            try (var socket = new java.net.Socket("127.0.0.1", port)) {
                if (socket.isConnected()) return;
            } catch (IOException e) {
                Thread.sleep(100);
            }
        }
        throw new IllegalStateException("nothing listens on " + port + "; see " + work);
    }

    /// User and system time of the process so far, in ticks.
    private static long ticks(long pid) throws IOException {
        var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private int number(String option) {
        return Integer.parseInt(options.get(option));
    }

    private void stopAll() {
        for (var process : started.reversed()) {
            // runuser does not hand signals on
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
        for (var process : started) {
            try {
                if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly();
            } catch (InterruptedException e) {
                process.destroyForcibly();
            }
        }
    }
}
