package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.geo.MmdbFile;

/// The same questions to Debian's gdnsd, with the same database, coordinates and overrides.
class GdnsdIT {
    private static final long SEED = 20_261_128;
    private static final int NETWORKS = 4000;
    private static final int SUBNETS = 3000;
    private static final int SUBNETS_SIX = 300;

    @TempDir private Path folder;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private Path database;
    private int gdnsdPort;
    private Process gdnsd;

    @BeforeEach
    void startGdnsd() throws Exception {
        database = folder.resolve("test.mmdb");
        writeDatabase();
        gdnsdPort = FreePort.find();
        var config = Files.createDirectories(folder.resolve("gdnsd"));
        Files.createDirectories(config.resolve("zones"));
        Files.writeString(config.resolve("config"), config(config));
        Files.writeString(
                config.resolve("zones/example.org"),
                "@ SOA ns1 admin 1 7200 1800 259200 900\n@ NS ns1\nns1 A 127.0.0.1\n"
                        + "photos 30/30 DYNA geoip!r\n");
        gdnsd =
                new ProcessBuilder("/usr/sbin/gdnsd", "-c", config.toString(), "start")
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("gdnsd.log").toFile())
                        .start();
        Deadline.of(Duration.ofSeconds(60)).until(this::answers);
    }

    @AfterEach
    void stopGdnsd() throws Exception {
        gdnsd.destroy();
        if (!gdnsd.waitFor(20, TimeUnit.SECONDS)) gdnsd.destroyForcibly();
    }

    @Test
    void answersAndScopesAreThoseOfGdnsd() throws Exception {
        var differences = new TreeMap<String, String>();
        try (var dns =
                DnsProcess.start(
                        folder.resolve("data"),
                        "dns.zone=example.org",
                        "data-center=a",
                        "dns.data-centers=name=a address=192.0.2.1 at=38.9/-77.0,"
                                + "name=b address=192.0.2.2 at=50.1/8.7,"
                                + "name=c address=192.0.2.3 at=35.7/139.7",
                        "dns.names=name=photos",
                        "dns.overrides=10.0.0.0/8=c/a/b,10.5.0.0/16=b/c/a",
                        "dns.database=" + database)) {
            for (var subnet : subnets()) {
                var ours = DnsProcess.ask(dns.port(), "photos.example.org", subnet);
                var theirs = DnsProcess.ask(gdnsdPort, "photos.example.org", subnet);
                var own = DnsProcess.addresses(ours) + "/" + DnsProcess.scope(ours);
                var other = DnsProcess.addresses(theirs) + "/" + DnsProcess.scope(theirs);
                if (!own.equals(other)) differences.put(subnet, own + " instead of " + other);
            }
        }

        assertThat(differences).as("seed " + SEED).isEmpty();
    }

    private boolean answers() throws IOException {
        if (!gdnsd.isAlive())
            throw new IOException("gdnsd ended:\n" + Files.readString(folder.resolve("gdnsd.log")));
        try {
            DnsProcess.ask(gdnsdPort, "photos.example.org", "10.0.0.0/24");
            return true;
        } catch (SocketTimeoutException | java.net.PortUnreachableException e) {
            return false;
        }
    }

    private ArrayList<String> subnets() {
        var subnets = new ArrayList<String>();
        for (int i = 0; i < SUBNETS; i++)
            subnets.add(
                    "%d.%d.%d.0/24"
                            .formatted(
                                    i % 10 == 0 ? 10 : random.nextInt(224),
                                    random.nextInt(256),
                                    random.nextInt(256)));
        for (int i = 0; i < SUBNETS_SIX; i++)
            subnets.add("2a%02x:%x::/48".formatted(random.nextInt(256), random.nextInt(65_536)));
        return subnets;
    }

    /// Large networks first, so that smaller ones lie within them.
    private void writeDatabase() throws IOException {
        var city = new MmdbFile("GeoLite2-City");
        for (int length = 6; length <= 24; length++)
            for (int i = 0; i < NETWORKS / 19; i++) {
                int bits = random.nextInt() >>> 32 - length << 32 - length;
                var address =
                        InetAddress.getByAddress(
                                java.nio.ByteBuffer.allocate(4).putInt(bits).array());
                city.add(address.getHostAddress() + "/" + length, place());
            }
        for (int i = 0; i < 200; i++)
            city.add(
                    "2a%02x:%x::/32".formatted(random.nextInt(256), random.nextInt(65_536)),
                    place());
        city.write(database);
    }

    private java.util.Map<String, Object> place() {
        return MmdbFile.city(random.nextDouble(-70, 70), random.nextDouble(-180, 180));
    }

    private String config(Path folder) {
        return """
        options => {
          listen => [ 127.0.0.1:%d ]
          run_dir => %s/run
          state_dir => %s/state
          udp_threads => 1
          tcp_threads => 1
        }
        plugins => { geoip => {
          maps => { m => {
            geoip2_db => %s
            datacenters => [a, b, c]
            auto_dc_coords => { a => [38.9, -77.0], b => [50.1, 8.7], c => [35.7, 139.7] }
            nets => { 10.0.0.0/8 => [c, a, b], 10.5.0.0/16 => [b, c, a] }
          } }
          resources => { r => {
            map => m
            service_types => up
            dcmap => { a => 192.0.2.1, b => 192.0.2.2, c => 192.0.2.3 }
          } }
        } }
        """
                .formatted(gdnsdPort, folder, folder, database);
    }
}
