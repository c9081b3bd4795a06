package safelight.app;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BooleanSupplier;
import safelight.autoscaler.Controller;
import safelight.autoscaler.Follower;
import safelight.base.InstanceId;
import safelight.fleet.Instance;
import safelight.fleet.Lease;
import safelight.fleet.Load;
import safelight.observe.Meters;
import safelight.platform.Member;
import safelight.platform.PlatformUnavailable;
import safelight.platform.haproxy.Haproxy;
import safelight.platform.haproxy.HaproxySettings;
import safelight.platform.haproxy.ServerStat;
import safelight.platform.processes.Launch;
import safelight.platform.processes.ProcessPlatform;
import safelight.queue.artemis.ArtemisQueue;
import safelight.scaling.Policy;
import safelight.scaling.Scaling;
import safelight.scaling.WorkerPolicy;

/// The instances of one host, wired: HAProxy, the web servers and workers behind it as child
/// processes, and the autoscaler that decides how many. Stops in the order that loses no request:
/// no new connections, web servers, workers, broker, HAProxy's last ones.
final class HostNode implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration MARGIN = Duration.ofSeconds(10);
    private static final Duration UP_MOST = Duration.ofMinutes(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final int SLOTS_SPARE = 4;

    private final Running running = new Running();
    private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);
    private final Meters meters = new Meters();
    private final Config config;
    private final Plan plan;
    private final Scaling scaling;
    private final String bind;
    private final String figures;

    /// What to run. `arguments` are the options of this process, for its children; `engines` are
    /// settings for them that may hold secrets, by their variables; `storage` is what they share.
    record Plan(
            Class<?> main, List<String> arguments, Map<String, String> engines, Storage storage) {}

    /// Starts nothing yet.
    ///
    /// @throws CannotStart if the port is taken
    HostNode(Config config, Plan plan) throws IOException {
        this.config = config;
        this.plan = plan;
        this.scaling = config.autoscaling().web(Runtime.getRuntime().availableProcessors());
        var port = config.web().port() == 0 ? FreePort.find() : config.web().port();
        this.bind = config.web().host() + ":" + port;
        this.figures = LOOPBACK + ":" + FreePort.find();
        checkFree(port);
    }

    /// Starts everything, a broker too if this is the place for one, and waits until requests are
    /// answered. What was started is stopped by {@link #close()}, also after a failure.
    void start(boolean withBroker) throws IOException, InterruptedException {
        var cache = WebCache.trained(config, plan, logs());
        var balancer = running.add(balancer());
        var platform =
                running.add(
                        new ProcessPlatform(launches(cache), logs(), clock, new SecureRandom()));
        running.add(balancer::drain);
        if (withBroker) {
            platform.start(Instance.Role.BROKER);
            await(() -> serving(platform, Instance.Role.BROKER) > 0, "The broker does not come up");
        }
        running.add(new Follower(config.dataCenter(), plan.storage.fleet(), balancer, clock));
        control(platform);
        await(() -> isUp(platform, balancer), "The web servers do not come up");
    }

    private void control(ProcessPlatform platform) throws IOException, InterruptedException {
        var queue =
                running.add(
                        ArtemisQueue.to(BrokerSearch.search(config, clock), new SecureRandom()));
        var line = running.add(new LineWatch(config, plan.storage, queue, clock));
        var id = Instances.next(Instance.Role.AUTOSCALER, clock, new SecureRandom());
        running.add(new Lease(plan.storage.fleet(), lease(id), () -> Load.NONE, clock));
        running.add(
                new Controller(
                        new Controller.Parts(
                                id,
                                config.dataCenter(),
                                plan.storage.fleet(),
                                platform,
                                new Policy(scaling),
                                new WorkerPolicy(config.autoscaling().workers(config.slots())),
                                line,
                                Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
                                meters,
                                clock)));
        if (config.opsPort() > 0)
            running.add(
                    new OpsServer(config.opsHost(), config.opsPort(), List::of, meters::scrape));
    }

    /// Where clients come in, for a person.
    String url() {
        return "http://" + bind.replace(LOOPBACK, "localhost");
    }

    /// HAProxy's page.
    String figures() {
        return "http://" + figures;
    }

    /// What the instances print.
    Path logs() {
        return config.data().resolve("logs");
    }

    @Override
    public void close() {
        running.close();
    }

    private Haproxy balancer() throws IOException {
        if (!Files.isExecutable(HaproxySettings.PROGRAM))
            throw new CannotStart(
                    "HAProxy is not installed. Run: apt-get install haproxy. Or use 'serve', which"
                            + " needs none.");
        return new Haproxy(
                new HaproxySettings(
                        HaproxySettings.PROGRAM,
                        bind,
                        figures,
                        config.data().resolve("haproxy"),
                        scaling.most() + SLOTS_SPARE,
                        webStop()),
                clock,
                new SecureRandom());
    }

    private boolean isUp(ProcessPlatform platform, Haproxy balancer) {
        try {
            return serving(platform, Instance.Role.WORKER) >= config.autoscaling().workersLeast()
                    && balancer.stats().stream().filter(HostNode::serves).count()
                            >= scaling.least();
        } catch (PlatformUnavailable e) {
            return false;
        }
    }

    /// Until its first check has passed, HAProxy says `UP 1/2` of a server.
    private static boolean serves(ServerStat stat) {
        return stat.name().matches("web\\d+") && stat.status().equals("UP");
    }

    private static long serving(ProcessPlatform platform, Instance.Role role) {
        return platform.members().stream()
                .filter(m -> m.role() == role && m.phase() == Member.Phase.SERVING)
                .count();
    }

    private void await(BooleanSupplier claim, String otherwise) throws InterruptedException {
        long deadline = System.nanoTime() + UP_MOST.toNanos();
        while (!claim.getAsBoolean()) {
            if (System.nanoTime() > deadline)
                throw new CannotStart(otherwise + "; see the files in " + logs() + ".");
            Thread.sleep(LOOK_AGAIN);
        }
    }

    /// In the order in which they need each other.
    private SequencedMap<Instance.Role, Launch> launches(Optional<Path> webCache) {
        var launches = new LinkedHashMap<Instance.Role, Launch>();
        var broker = arguments("broker", List.of());
        launches.put(
                Instance.Role.BROKER,
                launch(Jvm.forServing(plan.main, broker), MARGIN.multipliedBy(2)));
        var worker = arguments("worker", List.of("worker.drain=" + workerStop().toSeconds() + "s"));
        launches.put(
                Instance.Role.WORKER,
                launch(Jvm.forServing(plan.main, worker), workerStop().plus(MARGIN)));
        var web =
                arguments(
                        "web",
                        List.of(
                                "web.host=" + LOOPBACK,
                                "web.port=0",
                                "web.agent-port=0",
                                "web.trusted-proxies=" + LOOPBACK));
        launches.put(Instance.Role.WEB, launch(Jvm.forWeb(plan.main, webCache, web), webStop()));
        return launches;
    }

    /// A worker that is stopped finishes its jobs, however long they may take.
    private Duration workerStop() {
        var longest = config.jobs().timeMost().plus(config.jobs().graceful());
        var given = config.workerDrain();
        return given.compareTo(longest) > 0 ? given : longest.plusSeconds(1);
    }

    private Duration webStop() {
        // Once until HAProxy has heard it, once from then on.
        return config.webLeave().multipliedBy(2).plus(config.web().drainMost()).plus(MARGIN);
    }

    private Launch launch(List<String> command, Duration stopMost) {
        return new Launch(command, plan.engines, stopMost);
    }

    private List<String> arguments(String role, List<String> settings) {
        var arguments = new ArrayList<>(List.of(role, "--lifeline"));
        // Ours first where what was given counts, last where it must not.
        arguments.addAll(List.of("--set", "broker.port=0"));
        arguments.addAll(plan.arguments);
        arguments.addAll(List.of("--data", config.data().toString(), "--set", "ops.port=0"));
        for (var setting : settings) arguments.addAll(List.of("--set", setting));
        return arguments;
    }

    private Instance lease(InstanceId id) {
        var now = clock.instant();
        return new Instance(
                id,
                Instance.Role.AUTOSCALER,
                config.dataCenter(),
                "",
                "",
                Version.CURRENT,
                Instance.Abilities.NONE,
                now,
                now,
                Load.NONE,
                false);
    }

    /// HAProxy would share a port with another HAProxy without a word.
    private void checkFree(int port) throws IOException {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(config.web().host(), port));
        } catch (BindException e) {
            throw CannotStart.portTaken(config, e);
        }
    }
}
