package safelight.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
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
import safelight.queue.artemis.ArtemisQueue;

/// One web server of many: holds nothing, so any number may run beside each other.
@Command(
        name = "web",
        description = {
            "Runs one web server on shared storage and a broker. Start as many as are needed",
            "behind a load balancer. SIGTERM drains it."
        })
final class WebCommand implements Callable<Integer> {
    private final Plugs plugs;

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Option(names = "--lifeline", hidden = true, description = "Stops when standard input ends.")
    private boolean lifeline;

    @Spec private CommandSpec spec = CommandSpec.create();

    WebCommand(Plugs plugs) {
        this.plugs = plugs;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var config = options.read();
        Logs.by(config);
        try (var running = new Running()) {
            var web = start(config, running);
            PrintWriter out = spec.commandLine().getOut();
            out.println("Safelight web is ready at " + web.url());
            out.flush();
            Stay.up(running, lifeline);
        }
        return Exit.DONE;
    }

    private WebNode start(Config config, Running running) throws IOException, InterruptedException {
        var clock = Clock.tickMillis(ZoneOffset.UTC);
        var broker = BrokerSearch.search(config, clock);
        var storage = running.add(Storage.open(config, true, clock));
        var queue = running.add(ArtemisQueue.to(broker, new SecureRandom()));
        var seen =
                storage.with(plugs.sessions().apply(storage.sessions()))
                        .with(plugs.jobs().apply(storage.jobs()));
        try {
            return running.add(
                    new WebNode(
                            config,
                            seen,
                            queue,
                            new WebNode.Circumstances(List.of(), () -> "", true)));
        } catch (BindException e) {
            throw CannotStart.portTaken(config, e);
        }
    }
}
