package safelight.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import safelight.base.InstanceId;
import safelight.fleet.Instance;
import safelight.jobs.Orphans;
import safelight.observe.Meters;

/// A worker: a small process that watches over another one, in which the photo work is done, so
/// that a photo that crashes the decoder is known by the exit code and its job counted at once.
@Command(
        name = "worker",
        description = {
            "Carries out jobs from the queue. Runs the photo work in a child process,",
            "and replaces that when it crashes."
        })
final class WorkerCommand implements Callable<Integer> {
    private static final Clock CLOCK = Clock.tickMillis(ZoneOffset.UTC);

    private final Plugs plugs;

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Option(names = "--lifeline", hidden = true, description = "Stops when standard input ends.")
    private boolean lifeline;

    @Spec private CommandSpec spec = CommandSpec.create();

    WorkerCommand(Plugs plugs) {
        this.plugs = plugs;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var config = options.read();
        Logs.by(config);
        try (var running = new Running()) {
            var place = Instances.next(Instance.Role.WORKER, CLOCK, new SecureRandom());
            start(config, running, place);
            PrintWriter out = spec.commandLine().getOut();
            out.println("Safelight worker is ready as " + place);
            out.flush();
            Stay.up(running, lifeline);
        }
        return Exit.DONE;
    }

    private void start(Config config, Running running, InstanceId place)
            throws IOException, InterruptedException {
        var broker = BrokerSearch.search(config, CLOCK);
        var storage = running.add(Storage.open(config, true, CLOCK));
        var crashes = Files.createDirectories(config.data().resolve("crashes"));
        var child =
                running.add(
                        new ChildWorker(
                                new ChildWorker.Plan(
                                        Jvm.forPhotoWork(plugs.main(), crashes, arguments(config)),
                                        broker,
                                        new Orphans(storage.jobs(), config.jobs(), CLOCK),
                                        config.workerDrain(),
                                        place,
                                        CLOCK)));
        if (config.opsPort() == 0) return;
        var meters = new Meters(child::metrics);
        running.add(
                new OpsServer(config.opsHost(), config.opsPort(), () -> List.of(), meters::scrape));
    }

    private List<String> arguments(Config config) {
        return ChildWorker.arguments(options, config);
    }
}
