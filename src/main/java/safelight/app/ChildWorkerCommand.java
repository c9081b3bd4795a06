package safelight.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import safelight.base.InstanceId;
import safelight.observe.Meters;
import safelight.queue.artemis.ArtemisQueue;
import safelight.queue.artemis.BrokerAccess;

/// The process in which photo work is done; see {@link ChildWorker} for how the two talk.
@Command(
        name = "child-worker",
        hidden = true,
        description = "Carries out jobs for the process that started it.")
final class ChildWorkerCommand implements Callable<Integer> {
    private final Plugs plugs;

    @Mixin private final ConfigOptions options = new ConfigOptions();

    ChildWorkerCommand(Plugs plugs) {
        this.plugs = plugs;
    }

    @Override
    public Integer call() throws IOException {
        var config = options.read();
        Logs.by(config);
        // Whatever a library prints must not get between the answers.
        var answers = System.out;
        System.setOut(System.err);
        var lifeline = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var id = new InstanceId(line(lifeline));
        var access = new BrokerAccess(line(lifeline), line(lifeline), line(lifeline));
        var place = new InstanceId(line(lifeline));
        var meters = new Meters();
        try (var storage = Storage.open(config, false, Clock.tickMillis(ZoneOffset.UTC));
                var queue = plugs.queue().apply(ArtemisQueue.to(access, new SecureRandom()));
                var node =
                        new WorkerNode(
                                config,
                                storage,
                                queue,
                                plugs.darkroom().get(),
                                new WorkerNode.Name(id, place),
                                meters)) {
            Runtime.getRuntime().addShutdownHook(new Thread(node::close));
            answer(lifeline, answers, meters);
        }
        return Exit.DONE;
    }

    private static void answer(BufferedReader lifeline, PrintStream answers, Meters meters)
            throws IOException {
        for (var line = lifeline.readLine(); line != null; line = lifeline.readLine()) {
            if (!line.equals(ChildProtocol.METRICS)) continue;
            answers.print(meters.scrape());
            answers.println(ChildProtocol.END);
            answers.flush();
        }
    }

    private static String line(BufferedReader lifeline) throws IOException {
        var line = lifeline.readLine();
        if (line == null) throw new IOException("the server that started this worker is gone");
        return line;
    }
}
