import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import safelight.geo.MmdbFile;

/// CPU time that a query costs. Each server runs on core 0, dnsperf on core 1, both with the same
/// database, coordinates and questions: A with a client subnet, random over all of IPv4. The CPU is
/// that of the server's process (/proc/PID/stat), over the queries that dnsperf saw answered. Servers
/// take turns, a round each, after a warm-up; medians count.
public class Run {
    private static final Pattern COMPLETED = Pattern.compile("Queries completed:\\s+(\\d+)");
    private static final int QUERIES = 100_000;
    private static final int NETWORKS = 40_000;
    private static final double TICK_MICROS = 10_000;

    record Server(String name, int port, Process process) {}

    public static void main(String[] arguments) throws Exception {
        var root = Path.of(arguments[0]);
        var options = new LinkedHashMap<String, String>();
        for (int i = 1; i + 1 < arguments.length; i += 2) options.put(arguments[i], arguments[i + 1]);
        int rounds = Integer.parseInt(options.getOrDefault("--rounds", "7"));
        int seconds = Integer.parseInt(options.getOrDefault("--seconds", "5"));
        int warm = Integer.parseInt(options.getOrDefault("--warm", "15"));
        var folder = Files.createTempDirectory("safelight-bench-dns");
        var random = new SplittableRandom(7);
        database(folder.resolve("geo.mmdb"), random);
        var questions = folder.resolve("questions");
        Files.write(questions, questions(random));

        var servers = new ArrayList<Server>();
        try {
            servers.add(safelight(root, folder));
            servers.add(gdnsd(folder));
            if (Files.isExecutable(Path.of("/usr/sbin/pdns_server"))) servers.add(powerdns(folder));
            for (var server : servers) await(server);
            for (var server : servers) load(server, questions, warm);
            var micros = new LinkedHashMap<String, List<Double>>();
            var rates = new LinkedHashMap<String, List<Double>>();
            for (int round = 0; round < rounds; round++)
                for (var server : servers) {
                    double before = cpuMicros(server);
                    long answered = load(server, questions, seconds);
                    double each = (cpuMicros(server) - before) / answered;
                    micros.computeIfAbsent(server.name, n -> new ArrayList<>()).add(each);
                    rates.computeIfAbsent(server.name, n -> new ArrayList<>())
                            .add(answered / (double) seconds);
                }
            report(micros, rates, options.get("--out"));
        } finally {
            for (var server : servers) {
                server.process.destroy();
                if (!server.process.waitFor(10, TimeUnit.SECONDS)) server.process.destroyForcibly();
            }
        }
    }

    private static void report(
            Map<String, List<Double>> micros, Map<String, List<Double>> rates, String out)
            throws IOException {
        var json = new ArrayList<String>();
        System.out.println("| server | CPU us a query (median, least, most) | answers a second (median) |");
        System.out.println("|---|---|---|");
        for (var name : micros.keySet()) {
            var all = micros.get(name).stream().sorted().toList();
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.2f (%.2f-%.2f) | %.0f |%n",
                    name,
                    median(all),
                    all.getFirst(),
                    all.getLast(),
                    median(rates.get(name).stream().sorted().toList()));
            json.add("\"%s\":{\"cpuMicros\":%s}".formatted(name, all));
        }
        if (out != null) Files.writeString(Path.of(out), "{" + String.join(",", json) + "}\n");
    }

    private static double median(List<Double> sorted) {
        return sorted.get(sorted.size() / 2);
    }

    private static long load(Server server, Path questions, int seconds) throws Exception {
        var run =
                new ProcessBuilder(
                                "taskset", "-c", "1", "dnsperf", "-s", "127.0.0.1", "-p",
                                "" + server.port, "-B", "-d", questions.toString(), "-l", "" + seconds,
                                "-c", "4", "-T", "1", "-q", "400")
                        .redirectErrorStream(true)
                        .start();
        var text = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        run.waitFor();
        var match = COMPLETED.matcher(text);
        if (!match.find()) throw new IOException(text);
        return Long.parseLong(match.group(1));
    }

    private static double cpuMicros(Server server) throws IOException {
        var stat = Files.readString(Path.of("/proc/" + server.process.pid() + "/stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_MICROS;
    }

    private static void await(Server server) throws Exception {
        var query = question("192.0.2", 3);
        for (int i = 0; i < 600; i++) {
            if (!server.process.isAlive()) throw new IOException(server.name + " ended");
            try (var socket = new DatagramSocket()) {
                socket.setSoTimeout(100);
                socket.send(
                        new DatagramPacket(
                                query, query.length, InetAddress.ofLiteral("127.0.0.1"), server.port));
                socket.receive(new DatagramPacket(new byte[512], 512));
                return;
            } catch (IOException e) {
                Thread.sleep(100);
            }
        }
        throw new IOException(server.name + " does not answer");
    }

    private static Server start(String name, int port, Path folder, List<String> command)
            throws IOException {
        var pinned = new ArrayList<>(List.of("taskset", "-c", "0"));
        pinned.addAll(command);
        return new Server(
                name,
                port,
                new ProcessBuilder(pinned)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve(name + ".log").toFile())
                        .start());
    }

    private static Server safelight(Path root, Path folder) throws IOException {
        var settings =
                List.of(
                        "data=" + folder.resolve("data"),
                        "data-center=a",
                        "dns.zone=example.org",
                        "dns.data-centers=name=a address=192.0.2.1 at=38.9/-77.0,"
                                + "name=b address=192.0.2.2 at=50.1/8.7,"
                                + "name=c address=192.0.2.3 at=35.7/139.7",
                        "dns.names=name=photos",
                        "dns.database=" + folder.resolve("geo.mmdb"),
                        "dns.port=5471",
                        "dns.threads=1",
                        "dns.rate-most=0");
        var command = new ArrayList<>(List.of(root.resolve("safelight").toString(), "dns"));
        for (var setting : settings) command.addAll(List.of("--set", setting));
        return start("safelight", 5471, folder, command);
    }

    private static Server gdnsd(Path folder) throws IOException {
        var config = Files.createDirectories(folder.resolve("gdnsd"));
        Files.createDirectories(config.resolve("zones"));
        Files.writeString(
                config.resolve("zones/example.org"),
                "@ SOA ns1 admin 1 7200 1800 259200 900\n@ NS ns1\nns1 A 127.0.0.1\n"
                        + "photos 30/30 DYNA geoip!r\n");
        Files.writeString(
                config.resolve("config"),
                """
                options => {
                  listen => [ 127.0.0.1:5472 ]
                  run_dir => %s/run
                  state_dir => %s/state
                  udp_threads => 1
                  tcp_threads => 1
                }
                plugins => { geoip => {
                  maps => { m => {
                    geoip2_db => %s/geo.mmdb
                    datacenters => [a, b, c]
                    auto_dc_coords => { a => [38.9, -77.0], b => [50.1, 8.7], c => [35.7, 139.7] }
                  } }
                  resources => { r => {
                    map => m
                    service_types => up
                    dcmap => { a => 192.0.2.1, b => 192.0.2.2, c => 192.0.2.3 }
                  } }
                } }
                """
                        .formatted(config, config, folder));
        return start(
                "gdnsd", 5472, folder, List.of("/usr/sbin/gdnsd", "-c", config.toString(), "start"));
    }

    /// By continent, since its geoip backend knows no distances.
    private static Server powerdns(Path folder) throws IOException {
        var config = Files.createDirectories(folder.resolve("pdns"));
        Files.writeString(
                config.resolve("zones.yaml"),
                """
                domains:
                - domain: example.org
                  ttl: 30
                  records:
                    example.org:
                    - soa: ns1.example.org admin.example.org 1 7200 1800 259200 900
                    - ns: ns1.example.org
                    na.dc.example.org:
                    - a: 192.0.2.1
                    eu.dc.example.org:
                    - a: 192.0.2.2
                    as.dc.example.org:
                    - a: 192.0.2.3
                    unknown.dc.example.org:
                    - a: 192.0.2.1
                  services:
                    photos.example.org: '%cn.dc.example.org'
                """);
        return start(
                "powerdns",
                5473,
                folder,
                List.of(
                        "/usr/sbin/pdns_server",
                        "--config-dir=" + config,
                        "--socket-dir=" + config,
                        "--launch=geoip",
                        "--geoip-zones-file=" + config.resolve("zones.yaml"),
                        "--geoip-database-files=mmdb:" + folder.resolve("geo.mmdb"),
                        "--edns-subnet-processing=yes",
                        "--local-address=127.0.0.1",
                        "--local-port=5473",
                        "--receiver-threads=1",
                        "--distributor-threads=1",
                        "--guardian=no",
                        "--daemon=no"));
    }

    private static void database(Path file, SplittableRandom random) throws IOException {
        var city = new MmdbFile("GeoLite2-City");
        for (int length = 8; length <= 24; length++)
            for (int i = 0; i < NETWORKS / 17; i++) {
                int bits = random.nextInt() >>> 32 - length << 32 - length;
                double longitude = random.nextInt(-1700, 1700) / 10.0;
                var record = new LinkedHashMap<String, Object>();
                record.put(
                        "continent",
                        Map.of("code", longitude < -30 ? "NA" : longitude < 60 ? "EU" : "AS"));
                record.putAll(MmdbFile.city(random.nextInt(-600, 600) / 10.0, longitude));
                city.add(
                        "%d.%d.%d.%d/%d"
                                .formatted(
                                        bits >>> 24,
                                        bits >>> 16 & 255,
                                        bits >>> 8 & 255,
                                        bits & 255,
                                        length),
                        record);
            }
        city.write(file);
    }

    private static byte[] questions(SplittableRandom random) throws IOException {
        var all = new ByteArrayOutputStream();
        var out = new DataOutputStream(all);
        for (int i = 0; i < QUERIES; i++) {
            var question =
                    question(
                            "%d.%d.%d"
                                    .formatted(
                                            1 + random.nextInt(223),
                                            random.nextInt(256),
                                            random.nextInt(256)),
                            i);
            out.writeShort(question.length);
            out.write(question);
        }
        return all.toByteArray();
    }

    /// A for photos.example.org with a /24 as client subnet.
    private static byte[] question(String network, int id) throws IOException {
        var all = new ByteArrayOutputStream();
        var out = new DataOutputStream(all);
        out.writeShort(id);
        for (int field : new int[] {0, 1, 0, 0, 1}) out.writeShort(field);
        for (var label : List.of("photos", "example", "org")) {
            out.writeByte(label.length());
            out.writeBytes(label);
        }
        out.writeByte(0);
        out.writeShort(1);
        out.writeShort(1);
        out.writeByte(0);
        for (int field : new int[] {41, 1232, 0, 0, 11, 8, 7, 1}) out.writeShort(field);
        out.writeByte(24);
        out.writeByte(0);
        for (var part : Arrays.asList(network.split("\\."))) out.writeByte(Integer.parseInt(part));
        return all.toByteArray();
    }
}
