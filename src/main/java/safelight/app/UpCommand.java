package safelight.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// A whole data center on this host: broker, workers, web servers, HAProxy, autoscaler.
@Command(
        name = "up",
        description = {
            "Runs a whole data center on this host: a broker, workers, web servers behind HAProxy,",
            "as many as the traffic needs; on PostgreSQL and Redis where they are installed and no",
            "other engine is set. Ctrl-C drains and stops all of it, in order."
        })
final class UpCommand implements Callable<Integer> {
    private final Plugs plugs;

    @Mixin private final ConfigOptions options = new ConfigOptions();
    @Mixin private final ScaleOptions scale = new ScaleOptions();

    @Option(names = "--lifeline", hidden = true, description = "Stops when standard input ends.")
    private boolean lifeline;

    @Spec private CommandSpec spec = CommandSpec.create();

    UpCommand(Plugs plugs) {
        this.plugs = plugs;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var wanted = options.with(scale.settings()).read();
        Logs.by(wanted);
        try (var running = new Running()) {
            running.add(DataLock.on(wanted.data()));
            var engines = LocalEngines.start(wanted, running);
            var config = options.read(engines);
            var clock = Clock.tickMillis(ZoneOffset.UTC);
            // Brings the schema up to date before anybody else needs it.
            var storage = running.add(Storage.open(config, true, clock));
            var plan = new HostNode.Plan(plugs.main(), options.again(), engines, storage);
            var host = running.add(new HostNode(config, plan));
            host.start(config.queue().isEmpty());
            greet(config, host);
            Stay.up(running, lifeline);
        }
        return Exit.DONE;
    }

    private void greet(Config config, HostNode host) {
        var scaling = config.autoscaling().web(1);
        PrintWriter out = spec.commandLine().getOut();
        out.println("Safelight " + Version.CURRENT + " is ready at " + host.url());
        out.println(
                "  running  %d to %d web servers behind HAProxy, %d to %d workers"
                        .formatted(
                                scaling.least(),
                                scaling.most(),
                                config.autoscaling().workersLeast(),
                                config.autoscaling().workersMost()));
        out.println("  figures  " + host.figures() + " (HAProxy; /metrics for Prometheus)");
        out.println(
                "  engines  catalog %s, sessions %s, blobs %s"
                        .formatted(
                                config.engines().catalog(),
                                config.engines().sessions(),
                                config.engines().blobs()));
        out.println("  data     " + config.data());
        out.println("  logs     " + host.logs());
        out.println("  API      " + host.url() + "/openapi.json");
        out.println("  stop     Ctrl-C (finishes what is in hand)");
        out.flush();
    }
}
