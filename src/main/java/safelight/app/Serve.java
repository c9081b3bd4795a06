package safelight.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import safelight.base.Bytes;
import safelight.fleet.Desired;
import safelight.jobs.Orphans;
import safelight.observe.Health;
import safelight.queue.artemis.ArtemisBroker;
import safelight.queue.artemis.ArtemisQueue;
import safelight.queue.artemis.BrokerSettings;

/// The whole service with embedded engines: web server, queue and storage in this process, photo
/// work in a child process.
@Command(
        name = "serve",
        description = {
            "Runs the whole service: page and API, queue and storage in one process,",
            "photo work in a second one. Ctrl-C drains and stops."
        })
final class Serve implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(Serve.class);

    private final Plugs plugs;

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Spec private CommandSpec spec = CommandSpec.create();

    Serve(Plugs plugs) {
        this.plugs = plugs;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var config = options.read();
        Logs.by(config);
        var stopped = new CountDownLatch(1);
        try (var running = start(config)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(running, stopped)));
            greet(config, running.web.port());
            stopped.await();
        }
        return Exit.DONE;
    }

    /// Everything that runs, from the first started to the last; stopped in reverse.
    static final class Running implements AutoCloseable {
        private final List<AutoCloseable> parts;
        private final WebNode web;

        Running(List<AutoCloseable> parts, WebNode web) {
            this.parts = new ArrayList<>(parts);
            this.web = web;
        }

        WebNode web() {
            return web;
        }

        @Override
        public synchronized void close() {
            closeAll(parts);
            parts.clear();
        }
    }

    private Running start(Config config) throws IOException {
        var parts = new ArrayList<AutoCloseable>();
        try {
            return start(config, parts);
        } catch (BindException e) {
            closeAll(parts);
            throw new CannotStart(
                    "Port %d is taken. Choose another with --port, or 0 for any free one."
                            .formatted(config.web().port()),
                    e);
        } catch (IOException | RuntimeException e) {
            closeAll(parts);
            throw e;
        }
    }

    private Running start(Config config, List<AutoCloseable> parts) throws IOException {
        var clock = Clock.tickMillis(ZoneOffset.UTC);
        var random = new SecureRandom();
        parts.add(DataLock.on(config.data()));
        clearUnfinished(config.data().resolve("tmp"));
        var storage = Storage.open(config, true, clock);
        parts.add(storage);
        var room = new Bytes(config.reserve().count() / 2);
        var broker =
                ArtemisBroker.start(
                        BrokerSettings.at(config.data().resolve("queue"), 0, random)
                                .keepingFree(room));
        parts.add(broker);
        var queue = new ArtemisQueue(broker.inside(), random);
        parts.add(queue);
        var child = new AtomicReference<Optional<ChildWorker>>(Optional.empty());
        var web =
                new WebNode(
                        config,
                        storage,
                        queue,
                        new Desired(1, 1),
                        List.of(new Health.Check("queue", () -> complaint(broker))),
                        () -> child.get().map(ChildWorker::metrics).orElse(""));
        parts.add(web);
        var crashes = Files.createDirectories(config.data().resolve("crashes"));
        var worker =
                new ChildWorker(
                        new ChildWorker.Plan(
                                ChildWorker.command(plugs.main(), crashes, arguments(config)),
                                broker.overTcp(),
                                new Orphans(storage.jobs(), config.jobs(), clock),
                                config.workerDrain(),
                                clock));
        child.set(Optional.of(worker));
        // Stopped after the web server, which waits for jobs until its last request has ended.
        parts.add(parts.size() - 1, worker);
        return new Running(parts, web);
    }

    /// Forms that a killed server was receiving.
    private static void clearUnfinished(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (var files = Files.newDirectoryStream(folder)) {
            for (var file : files) Files.deleteIfExists(file);
        }
    }

    private List<String> arguments(Config config) {
        var arguments = new ArrayList<>(List.of("child-worker"));
        arguments.addAll(options.again());
        arguments.addAll(List.of("--data", config.data().toString()));
        return arguments;
    }

    private static Optional<String> complaint(ArtemisBroker broker) {
        return broker.isHealthy()
                ? Optional.empty()
                : Optional.of("the queue's journal failed; restart when its disk is in order");
    }

    private void greet(Config config, int port) {
        PrintWriter out = spec.commandLine().getOut();
        var host = config.web().host();
        var url = "http://" + (host.equals("127.0.0.1") ? "localhost" : host) + ":" + port;
        out.println("Safelight " + Version.CURRENT + " is ready at " + url);
        out.println("  data    " + config.data());
        out.println("  API     " + url + "/openapi.json");
        out.println("  stop    Ctrl-C (finishes what is in hand)");
        out.flush();
    }

    private static void stop(Running running, CountDownLatch stopped) {
        LOG.atInfo().log("draining");
        running.close();
        LOG.atInfo().log("stopped");
        stopped.countDown();
    }

    private static void closeAll(List<AutoCloseable> parts) {
        for (var part : parts.reversed()) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.atWarn().setCause(e).log("a part did not stop cleanly");
            }
        }
    }
}
