package safelight.app;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import safelight.autoscaler.Follower;
import safelight.fleet.Fleet;
import safelight.fleet.Lease;
import safelight.platform.haproxy.Haproxy;
import safelight.platform.haproxy.HaproxySettings;

/// A broker and some web servers in processes of their own behind a real HAProxy that follows the
/// fleet.
final class Tier implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(120);
    private static final int SLOTS = 8;

    private final Running running = new Running();
    private final List<RoleProcess> webs = new ArrayList<>();
    private final Class<?> main;
    private final Path folder;
    private final List<String> options;
    private final Fleet fleet;
    private final Haproxy balancer;
    private final int port;

    /// `settings` are those of every process, `key=value`.
    private Tier(Class<?> main, Path folder, List<String> settings, int webCount)
            throws IOException {
        this.main = main;
        this.folder = folder;
        this.options = settings.stream().flatMap(s -> List.of("--set", s).stream()).toList();
        try {
            var broker =
                    running.add(
                            RoleProcess.begin(
                                    "broker", "broker", data(), List.of("--set", "broker.port=0")));
            broker.address();
            for (int i = 0; i < webCount; i++) begin();
            var all = new TreeMap<>(Map.of("data", data().toString()));
            for (var setting : settings) {
                var pair = setting.split("=", 2);
                all.put(pair[0], pair[1]);
            }
            var config = Config.read(Optional.empty(), Map.of(), all);
            var clock = Clock.tickMillis(ZoneOffset.UTC);
            for (var web : webs) web.address();
            fleet = running.add(Storage.open(config, true, clock)).fleet();
            port = FreePort.find();
            balancer =
                    running.add(
                            new Haproxy(
                                    new HaproxySettings(
                                            HaproxySettings.PROGRAM,
                                            "127.0.0.1:" + port,
                                            "127.0.0.1:" + FreePort.find(),
                                            folder.resolve("haproxy"),
                                            SLOTS,
                                            Duration.ofSeconds(10)),
                                    clock,
                                    new SecureRandom()));
            running.add(new Follower(config.dataCenter(), fleet, balancer, clock));
            awaitServing(webCount);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    static Tier start(Path folder, List<String> settings, int webCount) throws IOException {
        return new Tier(Main.class, folder, settings, webCount);
    }

    /// Web servers that keep sessions in their own memory.
    static Tier forgetful(Path folder, int webCount) throws IOException {
        return new Tier(ForgetfulMain.class, folder, List.of(), webCount);
    }

    /// Where each web server answers.
    List<String> addresses() throws IOException {
        var all = new ArrayList<String>();
        for (var web : webs) all.add(web.address().replace("http://localhost", "127.0.0.1"));
        return all;
    }

    /// Where clients go.
    String url() {
        return "http://127.0.0.1:" + port;
    }

    List<RoleProcess> webs() {
        return webs;
    }

    Haproxy balancer() {
        return balancer;
    }

    Path data() {
        return folder.resolve("data");
    }

    /// Starts one more web server and does not wait for it.
    RoleProcess begin() throws IOException {
        var all = new ArrayList<>(options);
        all.addAll(List.of("--port", "0"));
        var web = running.add(RoleProcess.begin(main, "web-" + webs.size(), "web", data(), all));
        webs.add(web);
        return web;
    }

    /// Starts a worker.
    RoleProcess worker() throws IOException {
        return running.add(RoleProcess.begin("worker", "worker", data(), options));
    }

    /// Waits until HAProxy sends traffic to so many, by a check that passed: one that it only takes
    /// for up until it has looked is `UP 1/2`.
    void awaitServing(int count) {
        Deadline.of(SOON)
                .until(() ->
                        balancer.stats().stream()
                                        .filter(s -> s.name().startsWith("web"))
                                        .filter(s -> s.status().equals("UP"))
                                        .count()
                                == count);
    }

    /// The web servers that have a living lease.
    long leased() {
        return fleet.instances(Clock.systemUTC().instant().minus(Lease.GONE_AFTER)).stream()
                .filter(i -> !i.address().isEmpty())
                .count();
    }

    @Override
    public void close() {
        running.close();
    }
}
