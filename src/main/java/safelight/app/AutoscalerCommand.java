package safelight.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The autoscaler with HAProxy, on storage and a broker that run elsewhere.
@Command(
        name = "autoscaler",
        description = {
            "Runs web servers and workers on this host behind HAProxy, as many as the traffic",
            "needs, on shared storage and a broker. 'up' is the same with a broker."
        })
final class AutoscalerCommand implements Callable<Integer> {
    private final Plugs plugs;

    @Mixin private final ConfigOptions options = new ConfigOptions();
    @Mixin private final ScaleOptions scale = new ScaleOptions();

    @Option(names = "--lifeline", hidden = true, description = "Stops when standard input ends.")
    private boolean lifeline;

    @Spec private CommandSpec spec = CommandSpec.create();

    AutoscalerCommand(Plugs plugs) {
        this.plugs = plugs;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var config = options.with(scale.settings()).read();
        Logs.by(config);
        try (var running = new Running()) {
            var storage = running.add(Storage.open(config, true, Clock.tickMillis(ZoneOffset.UTC)));
            var plan = new HostNode.Plan(plugs.main(), options.again(), Map.of(), storage);
            var host = running.add(new HostNode(config, plan));
            host.start(false);
            PrintWriter out = spec.commandLine().getOut();
            out.println("Safelight autoscaler is ready at " + host.url());
            out.println("  figures  " + host.figures());
            out.println("  logs     " + host.logs());
            out.flush();
            Stay.up(running, lifeline);
        }
        return Exit.DONE;
    }
}
