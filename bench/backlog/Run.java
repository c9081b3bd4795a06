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
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;

/// Two installations of each engine, a broker and a web server each, without workers: one empty, one
/// with a million queued jobs of a hundred other accounts. Both answer the same requests by turns, one
/// request here and one there, and who is first changes each time. Prints p50 and p99 of each, and
/// the ratio of the p99s: the median of all rounds, with the least and the most.
///
/// The rows are put in by one INSERT while no server runs, as they are after they were accepted: not
/// dispatched. The relay then gives the broker as many tickets as it does with any backlog.
final class Run {
    private static final Pattern READY = Pattern.compile("is ready at (http://\\S+)");
    private static final Duration START_MOST = Duration.ofMinutes(5);
    private static final int WARM = 100;

    private final Path root;
    private final Path work;
    private final Map<String, String> options;
    private final List<Path> folders = new ArrayList<>();
    private final List<Process> started = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    private Run(Path root, Path work, Map<String, String> options) {
        this.root = root;
        this.work = work;
        this.folders.add(work);
        this.options = options;
    }

    /// One installation: its processes and who asks it.
    private static final class Site {
        final String name;
        final Map<String, String> environment;
        final List<Process> processes = new ArrayList<>();
        final List<String> made = new ArrayList<>();
        final Map<String, List<Long>> took = new LinkedHashMap<>();
        String url = "";
        String cookie = "";
        String photo = "";

        Site(String name, Map<String, String> environment) {
            this.name = name;
            this.environment = environment;
        }
    }

    public static void main(String[] arguments) throws Exception {
        var options = new TreeMap<>(Map.of("rows", "1000000", "rounds", "5", "jobs", "200", "engines",
                "sqlite,postgresql"));
        for (int i = 1; i + 1 < arguments.length; i += 2)
            if (options.replace(arguments[i].replaceFirst("^--", ""), arguments[i + 1]) == null)
                throw new IllegalArgumentException("no option is called " + arguments[i]);
        var work = Files.createTempDirectory("safelight-backlog");
        var run = new Run(Path.of(arguments[0]), work, options);
        Runtime.getRuntime().addShutdownHook(new Thread(run::stopAll));
        System.out.printf("%-12s %-16s %9s %9s %9s %9s  %s%n", "ms", "", "p50 empty",
                "p50 full", "p99 empty", "p99 full", "p99 full/empty");
        if (options.get("engines").contains("sqlite"))
            run.compare("sqlite", Map.of(), Map.of());
        if (!options.get("engines").contains("postgresql")) return;
        var postgres = run.postgres();
        if (postgres.isEmpty()) System.out.println("postgresql   is not installed");
        else run.compare("postgresql", postgres.get("empty"), postgres.get("full"));
    }

    private void compare(String engine, Map<String, String> one, Map<String, String> other)
            throws Exception {
        var empty = new Site(engine + "-empty", one);
        var full = new Site(engine + "-full", other);
        open(full);
        join(full);
        stop(full.processes);
        long begun = System.nanoTime();
        fill(full);
        System.err.printf(Locale.ROOT, "%s: filled in %d s%n", engine,
                (System.nanoTime() - begun) / 1_000_000_000);
        open(empty);
        join(empty);
        open(full);
        int jobs = Integer.parseInt(options.get("jobs"));
        round(empty, full, WARM);
        var rounds = new ArrayList<Map<String, double[]>>();
        for (int i = 0; i < Integer.parseInt(options.get("rounds")); i++) {
            empty.took.clear();
            full.took.clear();
            round(empty, full, jobs);
            rounds.add(figures(empty, full));
        }
        for (var what : rounds.getFirst().keySet()) print(engine, what, rounds);
        stop(empty.processes);
        stop(full.processes);
    }

    /// p50 of both, p99 of both, and the ratio of the last two.
    private static Map<String, double[]> figures(Site empty, Site full) {
        var figures = new LinkedHashMap<String, double[]>();
        for (var what : empty.took.keySet()) {
            double least = part(empty, what, 0.99);
            double most = part(full, what, 0.99);
            figures.put(what, new double[] {part(empty, what, 0.5), part(full, what, 0.5), least, most,
                most / least});
        }
        return figures;
    }

    private static void print(String engine, String what, List<Map<String, double[]>> rounds) {
        var median = new double[5];
        var ratios = rounds.stream().mapToDouble(round -> round.get(what)[4]).sorted().toArray();
        for (int i = 0; i < median.length; i++) {
            int column = i;
            median[i] = rounds.stream().mapToDouble(round -> round.get(what)[column]).sorted()
                    .toArray()[rounds.size() / 2];
        }
        System.out.printf(Locale.ROOT, "%-12s %-16s %9.2f %9.2f %9.2f %9.2f  %.2f (%.2f to %.2f)%n",
                engine, what, median[0], median[1], median[2], median[3], median[4], ratios[0],
                ratios[ratios.length - 1]);
    }

    private static double part(Site site, String what, double part) {
        var all = new ArrayList<>(site.took.get(what));
        Collections.sort(all);
        return all.get((int) Math.min(all.size() - 1, part * all.size())) / 1e6;
    }

    /// Jobs, and what a page and an operator look at, here and there by turns.
    private void round(Site empty, Site full, int jobs) throws Exception {
        for (int i = 0; i < jobs; i++)
            for (var site : i % 2 == 0 ? List.of(empty, full) : List.of(full, empty)) {
                var order = """
                        {"photo":"%s","operations":[{"op":"blur","sigma":2}]}""".formatted(site.photo);
                site.made.add(field("id", timed(site, "POST /jobs", "POST", "/jobs", order)));
                if (i % 4 > 0) continue;
                timed(site, "GET /jobs", "GET", "/jobs", "");
                timed(site, "GET /jobs?state", "GET", "/jobs?state=queued", "");
                timed(site, "GET /cluster", "GET", "/cluster", "");
            }
        for (var site : List.of(empty, full)) {
            for (var job : site.made) ask(site, "DELETE", "/jobs/" + job, "");
            site.made.clear();
        }
    }

    private String timed(Site site, String what, String method, String path, String body)
            throws Exception {
        long begun = System.nanoTime();
        var answer = ask(site, method, path, body);
        site.took.computeIfAbsent(what, _ -> new ArrayList<>()).add(System.nanoTime() - begun);
        return answer;
    }

    private void open(Site site) throws Exception {
        role(site, "broker", "--set", "broker.port=0");
        site.url = role(site, "web", "--port", "0");
    }

    private void join(Site site) throws Exception {
        var body = "{\"email\":\"bench@example.org\",\"password\":\"correct horse battery\"}";
        var answer = http.send(HttpRequest.newBuilder(URI.create(site.url + "/api/v1/accounts"))
                .POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
        site.cookie = answer.headers().firstValue("Set-Cookie").orElseThrow()
                .replaceFirst(";.*", "");
        var request = HttpRequest.newBuilder(URI.create(site.url + "/api/v1/photos"))
                .header("Cookie", site.cookie).POST(BodyPublishers.ofByteArray(picture()));
        site.photo = field("id", http.send(request.build(), BodyHandlers.ofString()).body());
    }

    /// Rows as accepting makes them, for a hundred accounts; one in ten is not of the bulk lane.
    private void fill(Site site) throws Exception {
        boolean isPostgres = site.environment.containsKey("SAFELIGHT_POSTGRESQL_URL");
        var n = isPostgres ? "lpad(i::text, 22, '0')" : "printf('%022d', i)";
        var account = isPostgres ? "lpad((i % 100)::text, 22, '0')" : "printf('%022d', i % 100)";
        var rows = isPostgres ? "generate_series(1, %s) AS s(i)"
                : "(WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < %s)"
                        + " SELECT i FROM s)";
        var sql = """
                INSERT INTO job (id, account, photo, recipe, purpose, priority, request, data_center,
                    created_at, state, is_open, attempt, strikes, progress, version, changed_at, cost,
                    bytes)
                SELECT '01jb' || %s, '01ja' || %s, '01jc' || %s, 'blur?sigma=2>jpeg?quality=80',
                    'EDIT', CASE WHEN i %% 10 = 0 THEN 'NORMAL' ELSE 'BULK' END, 'r', 'local', i,
                    'QUEUED', 1, 0, 0, 0, 0, i, 49000, 5000000
                FROM\s""".formatted(n, account, n) + rows.formatted(options.get("rows"));
        var url = isPostgres ? site.environment.get("SAFELIGHT_POSTGRESQL_URL") + "?user=safelight&password="
                        + site.environment.get("SAFELIGHT_POSTGRESQL_PASSWORD")
                : "jdbc:sqlite:" + work.resolve(site.name).resolve("catalog.db");
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            // A million random places in each index.
            if (!isPostgres) statement.execute("PRAGMA cache_size = -1000000");
            statement.execute(sql);
            statement.execute("ANALYZE");
        }
    }

    /// A PostgreSQL of our own with two databases, if one is installed and there is a user for it.
    private Map<String, Map<String, String>> postgres() throws Exception {
        var versions = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(versions) || !System.getProperty("user.name").equals("root"))
            return Map.of();
        Path bin;
        try (var all = Files.list(versions)) {
            bin = all.sorted().reduce((_, last) -> last).orElseThrow().resolve("bin");
        }
        var folder = Files.createTempDirectory("safelight-backlog-pg");
        folders.add(folder);
        done("chown", "postgres", folder.toString());
        var data = folder.resolve("data").toString();
        done("runuser", "-u", "postgres", "--", bin.resolve("initdb").toString(), "-D", data, "-A",
                "trust", "-U", "safelight", "-E", "UTF8", "--no-locale");
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        start(started, "postgresql", Map.of(), "runuser", "-u", "postgres", "--",
                bin.resolve("postgres").toString(), "-D", data, "-p", "" + port, "-k",
                folder.toString(), "-c", "listen_addresses=127.0.0.1");
        var sites = new LinkedHashMap<String, Map<String, String>>();
        for (var name : List.of("empty", "full")) {
            while (!isDone(bin.resolve("createdb").toString(), "-h", "127.0.0.1", "-p", "" + port, "-U",
                    "safelight", name)) Thread.sleep(500);
            sites.put(name, Map.of("SAFELIGHT_CATALOG_ENGINE", "postgresql",
                    "SAFELIGHT_POSTGRESQL_URL", "jdbc:postgresql://127.0.0.1:" + port + "/" + name,
                    "SAFELIGHT_POSTGRESQL_PASSWORD", "none"));
        }
        return sites;
    }

    private static void done(String... command) throws Exception {
        if (!isDone(command)) throw new IOException("failed: " + String.join(" ", command));
    }

    private static boolean isDone(String... command) throws Exception {
        return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
    }

    private String role(Site site, String role, String... more) throws Exception {
        var command = new ArrayList<>(List.of(root.resolve("safelight").toString(), role, "--data",
                work.resolve(site.name).toString()));
        command.addAll(List.of(more));
        var name = site.name + "-" + role;
        var process = start(site.processes, name, site.environment, command.toArray(String[]::new));
        var log = work.resolve(name + ".log");
        long end = System.nanoTime() + START_MOST.toNanos();
        while (System.nanoTime() < end && process.isAlive()) {
            var match = READY.matcher(Files.readString(log));
            if (match.find()) return match.group(1);
            if (role.equals("broker") && Files.readString(log).contains("is ready")) return "";
            Thread.sleep(50);
        }
        throw new IOException(role + " did not start, see " + log);
    }

    private Process start(List<Process> list, String name, Map<String, String> environment,
            String... command) throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(work.resolve(name + ".log").toFile());
        builder.environment().putAll(environment);
        var process = builder.start();
        list.add(process);
        if (list != started) started.add(process);
        return process;
    }

    private String ask(Site site, String method, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(site.url + "/api/v1" + path))
                .header("Cookie", site.cookie)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        var answer = http.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() >= 400)
            throw new IOException(method + " " + path + ": " + answer.body());
        return answer.body();
    }

    private static String field(String name, String json) {
        var match = Pattern.compile("\"" + name + "\":\"?([^\",}]+)").matcher(json);
        if (!match.find()) throw new IllegalStateException("no " + name + " in " + json);
        return match.group(1);
    }

    private static byte[] picture() throws IOException {
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(800, 600, BufferedImage.TYPE_INT_RGB), "jpeg", bytes);
        return bytes.toByteArray();
    }

    private static void stop(List<Process> processes) {
        for (var process : processes.reversed()) {
            process.destroy();
            try {
                if (!process.waitFor(30, TimeUnit.SECONDS)) process.destroyForcibly();
            } catch (InterruptedException e) {
                process.destroyForcibly();
            }
        }
        processes.clear();
    }

    private void stopAll() {
        stop(started);
        for (var folder : folders) delete(folder);
    }

    private static void delete(Path folder) {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList())
                Files.deleteIfExists(file);
        } catch (IOException e) {
            System.err.println("left behind: " + folder + ", " + e.getMessage());
        }
    }
}
