package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.geo.MmdbFile;

/// The packaged `safelight dns` under real tools: nearest, weights, failover, drains, reload.
class DnsIT {
    private static final String EAST = "192.0.2.1";
    private static final String WEST = "192.0.2.2";
    private static final String BOSTON = "10.1.0.0/24";
    private static final String OAKLAND = "10.2.0.0/24";
    private static final String NORTH = "192.0.2.3";
    private static final String DUBLIN = "81.2.69.0/24";
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int QUERIES = 10_000;

    @TempDir private Path folder;

    @Test
    void digAndKdigGetNearestAnswersAndWholeOnes() throws Exception {
        try (var dns = DnsProcess.start(folder.resolve("a"), settings("", ""))) {
            assertThat(dns.dig("photos.example.org", "+subnet=" + BOSTON, "+short"))
                    .isEqualTo(EAST);
            assertThat(dns.kdig("photos.example.org", "+subnet=" + OAKLAND, "+short"))
                    .isEqualTo(WEST);
            assertThat(dns.dig("photos.example.org", "+subnet=" + OAKLAND, "+norec"))
                    .contains("CLIENT-SUBNET: 10.2.0.0/24/16")
                    .contains("(good)")
                    .contains("flags: qr aa;");
            assertThat(dns.dig("photos.example.org", "+tcp", "+short")).isEqualTo(EAST);
            assertThat(dns.kdig("photos.example.org", "+nsid")).contains("\"us-east\"");
            assertThat(dns.dig("ch", "txt", "version.bind")).contains("REFUSED");
            assertThat(dns.dig("example.org", "axfr")).contains("Transfer failed");
            assertThat(dns.kdig("nothing.example.org")).contains("NXDOMAIN").contains("SOA");
        }
    }

    @Test
    void weightsAreKeptWithinAPercent() throws Exception {
        var random = new SplittableRandom(20_261_128);
        var counts = new HashMap<String, Integer>();
        try (var dns = DnsProcess.start(folder.resolve("a"), settings("", ""))) {
            for (int i = 0; i < QUERIES; i++) {
                var subnet =
                        "%d.%d.%d.0/24"
                                .formatted(
                                        1 + random.nextInt(223),
                                        random.nextInt(256),
                                        random.nextInt(256));
                counts.merge(
                        dns.addresses("split.example.org", subnet).getFirst(), 1, Integer::sum);
            }
        }

        assertThat(counts.get(EAST)).isBetween(6900, 7100);
        assertThat(counts.get(EAST) + counts.get(WEST)).isEqualTo(QUERIES);
    }

    @Test
    void deadDataCenterIsLeftAndAllDeadAreAnswered() throws Exception {
        var east = healthy(0);
        var west = healthy(0);
        int westPort = west.getAddress().getPort();
        try (var dns =
                DnsProcess.start(
                        folder.resolve("a"),
                        settings(" check=" + address(east), " check=" + address(west)))) {
            assertThat(dns.addresses("photos.example.org", OAKLAND)).containsExactly(WEST);

            west.stop(0);
            Deadline.of(SOON)
                    .until(() -> dns.addresses("photos.example.org", OAKLAND).contains(EAST));

            east.stop(0);
            Deadline.of(SOON)
                    .until(() -> dns.addresses("photos.example.org", OAKLAND).contains(WEST));

            var back = healthy(westPort);
            Deadline.of(SOON)
                    .until(() -> dns.addresses("photos.example.org", BOSTON).contains(WEST));
            back.stop(0);
        }
    }

    @Test
    void drainHoldsAndIsRefusedForTheLast() throws Exception {
        var data = folder.resolve("a");
        try (var dns = DnsProcess.start(data, settings("", ""))) {
            assertThat(command(data, "drain", "us-west").code()).isZero();
            Deadline.of(SOON)
                    .until(() -> dns.addresses("photos.example.org", OAKLAND).contains(EAST));
            assertThat(command(data, "status", "--json").out())
                    .contains("{\"name\":\"us-west\",\"drained\":true}");

            var last = command(data, "drain", "us-east");

            assertThat(last.code()).isEqualTo(Exit.FAILED);
            assertThat(last.err()).contains("us-east is the last data center");
        }
        try (var again = DnsProcess.start(data, settings("", ""))) {
            assertThat(again.addresses("photos.example.org", OAKLAND)).containsExactly(EAST);
            command(data, "undrain", "us-west");
            Deadline.of(SOON)
                    .until(() -> again.addresses("photos.example.org", OAKLAND).contains(WEST));
        }
    }

    @Test
    void serversOfTwoDataCentersShareVotesAndDrains() throws Exception {
        var west = healthy(0);
        int firstOps = FreePort.find();
        int secondOps = FreePort.find();
        var sites =
                new String[] {
                    " peer=http://127.0.0.1:%d/dns/state".formatted(firstOps),
                    " check=%s peer=http://127.0.0.1:%d/dns/state"
                            .formatted(address(west), secondOps)
                };
        try (var first =
                        DnsProcess.start(
                                folder.resolve("a"),
                                settings(sites[0], sites[1], "ops.port=" + firstOps));
                var second =
                        DnsProcess.start(
                                folder.resolve("b"),
                                settings(
                                        sites[0],
                                        sites[1],
                                        "ops.port=" + secondOps,
                                        "data-center=us-west"))) {
            command(folder.resolve("a"), "drain", "us-west");
            Deadline.of(SOON)
                    .until(() -> second.addresses("photos.example.org", OAKLAND).contains(EAST));
            command(folder.resolve("b"), "undrain", "us-west");
            Deadline.of(SOON)
                    .until(() -> first.addresses("photos.example.org", OAKLAND).contains(WEST));
            west.stop(0);
            Deadline.of(SOON)
                    .until(() -> second.addresses("photos.example.org", OAKLAND).contains(EAST));
        }
    }

    @Test
    void damagedDatabaseLeavesTheOldOneInUse() throws Exception {
        var database = folder.resolve("geo.mmdb");
        write(database, 50, 8);
        try (var dns =
                DnsProcess.start(
                        folder.resolve("a"), settings("", "", "dns.database=" + database))) {
            assertThat(dns.addresses("photos.example.org", "10.9.0.0/24")).containsExactly(EAST);

            Files.write(database, new byte[] {1, 2, 3});
            Deadline.of(SOON).until(() -> dns.log().contains("the one before it stays"));
            assertThat(dns.addresses("photos.example.org", "10.9.0.0/24")).containsExactly(EAST);

            write(database, 37, -122);
            Deadline.of(SOON)
                    .until(() -> dns.addresses("photos.example.org", "10.9.0.0/24").contains(WEST));
        }
    }

    @Test
    void queriesArePipelinedOnOneConnection() throws Exception {
        try (var dns = DnsProcess.start(folder.resolve("a"), settings("", ""));
                var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), dns.port())) {
            var query =
                    org.xbill.DNS.Message.newQuery(
                                    org.xbill.DNS.Record.newRecord(
                                            org.xbill.DNS.Name.fromString("photos.example.org."),
                                            1,
                                            1))
                            .toWire();
            var out = new java.io.DataOutputStream(socket.getOutputStream());
            for (int i = 0; i < 3; i++) {
                out.writeShort(query.length);
                out.write(query);
            }
            var in = new java.io.DataInputStream(socket.getInputStream());
            for (int i = 0; i < 3; i++) {
                var answer = new byte[in.readUnsignedShort()];
                in.readFully(answer);
                assertThat(DnsProcess.addresses(new org.xbill.DNS.Message(answer)))
                        .containsExactly(EAST);
            }
        }
    }

    @Test
    void impossibleWeightsStopTheStart() throws Exception {
        var wrong =
                command(
                        folder.resolve("a"),
                        "dns",
                        "--set",
                        "dns.names=name=photos weights=us-east:0/us-west:0");

        assertThat(wrong.code()).isEqualTo(Exit.FAILED);
        assertThat(wrong.err()).contains("dns.names: photos: all weights are 0");
    }

    private CommandProcess.Ended command(Path data, String command, String... more)
            throws Exception {
        var arguments = new ArrayList<>(List.of(command, "--data", data.toString()));
        for (var setting : settings("", "")) arguments.addAll(List.of("--set", setting));
        arguments.addAll(List.of(more));
        return CommandProcess.run(folder, arguments);
    }

    @Test
    void dataCentersComeAndGoWithTheSettingsFile() throws Exception {
        var file = folder.resolve("safelight.yaml");
        Files.writeString(file, yaml(""));
        try (var dns = DnsProcess.startWith(file, folder.resolve("a"))) {
            assertThat(dns.addresses("photos.example.org", DUBLIN)).containsExactly(EAST);

            var north = healthy(0);
            change(
                    file,
                    yaml(" - name=eu-west address=192.0.2.3 at=53.3/-6.3 check=" + address(north)));
            Deadline.of(SOON)
                    .until(() -> dns.addresses("photos.example.org", DUBLIN).contains(NORTH));

            change(file, "dns: {zone: example.org, data-centers: name=us-east}");
            Deadline.of(SOON).until(() -> dns.log().contains("settings not taken"));
            assertThat(dns.addresses("photos.example.org", DUBLIN)).containsExactly(NORTH);

            change(file, yaml(""));
            Deadline.of(SOON)
                    .until(() -> dns.addresses("photos.example.org", DUBLIN).contains(EAST));
            north.stop(0);
        }
    }

    private static void change(Path file, String text) throws IOException {
        var fresh = file.resolveSibling("fresh");
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String yaml(String more) {
        return """
        data-center: us-east
        dns:
         zone: example.org
         names: name=photos
         check-every: 200ms
         data-centers:
         - name=us-east address=192.0.2.1 at=38.9/-77.0
        %s
        """
                .formatted(more);
    }

    private static String[] settings(String east, String west, String... more) {
        var all =
                new ArrayList<>(
                        List.of(
                                "dns.zone=example.org",
                                "data-center=us-east",
                                "dns.data-centers=name=us-east address=192.0.2.1 at=38.9/-77.0"
                                        + " weight=70"
                                        + east
                                        + ", name=us-west address=192.0.2.2 at=37.4/-122.1 weight=30"
                                        + west,
                                "dns.names=name=photos,name=split mode=weights",
                                "dns.overrides=10.1.0.0/16=us-east,10.2.0.0/16=us-west",
                                "dns.check-every=200ms",
                                "dns.check-most=1s"));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static HttpServer healthy(int port) throws IOException {
        var server =
                HttpServer.create(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 16);
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        exchange.sendResponseHeaders(204, -1);
                    }
                });
        server.start();
        return server;
    }

    private static String address(HttpServer server) {
        return "http://127.0.0.1:%d/health/ready".formatted(server.getAddress().getPort());
    }

    private static void write(Path file, double latitude, double longitude) throws IOException {
        var database = new MmdbFile("Test-City");
        database.add("10.9.0.0/16", MmdbFile.city(latitude, longitude));
        var fresh = file.resolveSibling("fresh.mmdb");
        database.write(fresh);
        Files.move(fresh, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
}
