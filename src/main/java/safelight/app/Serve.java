package safelight.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import safelight.base.Bytes;
import safelight.fleet.Desired;
import safelight.fleet.Instance;
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
        try (var running = new Running()) {
            greet(config, start(config, running));
            Stay.up(running, false);
        }
        return Exit.DONE;
    }

    private WebNode start(Config config, Running running) throws IOException {
        var clock = Clock.tickMillis(ZoneOffset.UTC);
        var random = new SecureRandom();
        running.add(DataLock.on(config.data()));
        var storage = running.add(Storage.open(config, true, clock));
        var room = new Bytes(config.reserve().count() / 2);
        var broker =
                running.add(
                        ArtemisBroker.start(
                                BrokerSettings.at(config.data().resolve("queue"), 0, random)
                                        .keepingFree(room)));
        var queue = running.add(new ArtemisQueue(broker.inside(), random));
        var child = new AtomicReference<Optional<ChildWorker>>(Optional.empty());
        // Stopped after the web server, which waits for jobs until its last request has ended.
        running.add(() -> child.get().ifPresent(ChildWorker::close));
        var web = web(config, running, storage, queue, broker, child);
        var crashes = Files.createDirectories(config.data().resolve("crashes"));
        child.set(
                Optional.of(
                        new ChildWorker(
                                new ChildWorker.Plan(
                                        Jvm.forPhotoWork(
                                                plugs.main(),
                                                crashes,
                                                ChildWorker.arguments(options, config)),
                                        broker.overTcp(),
                                        new Orphans(storage.jobs(), config.jobs(), clock),
                                        config.workerDrain(),
                                        Instances.next(
                                                Instance.Role.WORKER, clock, new SecureRandom()),
                                        clock))));
        return web;
    }

    private static WebNode web(
            Config config,
            Running running,
            Storage storage,
            ArtemisQueue queue,
            ArtemisBroker broker,
            AtomicReference<Optional<ChildWorker>> child)
            throws IOException {
        storage.fleet().desire(config.dataCenter(), new Desired(1, 1));
        try {
            return running.add(
                    new WebNode(
                            config,
                            storage,
                            queue,
                            new WebNode.Circumstances(
                                    List.of(new Health.Check("queue", () -> complaint(broker))),
                                    () -> child.get().map(ChildWorker::metrics).orElse(""),
                                    false)));
        } catch (BindException e) {
            throw CannotStart.portTaken(config, e);
        }
    }

    private static Optional<String> complaint(ArtemisBroker broker) {
        return broker.isHealthy()
                ? Optional.empty()
                : Optional.of("the queue's journal failed; restart when its disk is in order");
    }

    private void greet(Config config, WebNode web) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("Safelight " + Version.CURRENT + " is ready at " + web.url());
        out.println("  data    " + config.data());
        out.println("  API     " + web.url() + "/openapi.json");
        out.println("  stop    Ctrl-C (finishes what is in hand)");
        out.flush();
    }
}
