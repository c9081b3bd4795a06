package safelight.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import safelight.base.Bytes;
import safelight.observe.Meters;
import safelight.queue.artemis.ArtemisBroker;
import safelight.queue.artemis.ArtemisQueue;
import safelight.queue.artemis.BrokerAccess;
import safelight.queue.artemis.BrokerSettings;

/// The message queue in a process of its own.
@Command(
        name = "broker",
        description = {
            "Runs the message queue alone, for 'web' and 'worker' processes.",
            "Without queue.password it makes one up and leaves it in the data folder."
        })
final class BrokerCommand implements Callable<Integer> {
    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Option(names = "--lifeline", hidden = true, description = "Stops when standard input ends.")
    private boolean lifeline;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        var config = options.read();
        Logs.by(config);
        try (var running = new Running()) {
            var broker = start(config, running);
            PrintWriter out = spec.commandLine().getOut();
            out.println("Safelight broker is ready at " + broker.overTcp().url());
            out.flush();
            Thread.ofVirtual().name("journal-watch").start(() -> leaveWithoutJournal(broker));
            Stay.up(running, lifeline);
        }
        return Exit.DONE;
    }

    /// A broker without a journal answers nobody and stays so; another one, started by whoever
    /// keeps this one up, does once there is room again.
    private static void leaveWithoutJournal(ArtemisBroker broker) {
        try {
            broker.awaitFailure();
            System.exit(Exit.FAILED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ArtemisBroker start(Config config, Running running) throws IOException {
        var random = new SecureRandom();
        var folder = config.data().resolve("queue");
        running.add(DataLock.on(folder));
        var door = new BrokerDoor(config.data());
        var earlier = door.find();
        var settings =
                BrokerSettings.at(folder, port(config, earlier), random)
                        .keepingFree(new Bytes(config.reserve().count() / 2));
        var password =
                config.brokerPassword()
                        .or(() -> earlier.map(BrokerAccess::password))
                        .orElse(settings.password());
        if (password.length() < BrokerSettings.PASSWORD_LENGTH_MIN)
            throw new CannotStart(
                    ("queue.password of a broker has at least %d characters. Leave it out, and the"
                                    + " broker makes one up.")
                            .formatted(BrokerSettings.PASSWORD_LENGTH_MIN));
        var broker = running.add(ArtemisBroker.start(settings.open(config.brokerHost(), password)));
        door.leave(broker.overTcp());
        if (config.opsPort() > 0) ops(config, running, broker);
        return broker;
    }

    private static void ops(Config config, Running running, ArtemisBroker broker)
            throws IOException {
        var meters = new Meters();
        var queue = running.add(new ArtemisQueue(broker.inside(), new SecureRandom()));
        QueueGauges.show(queue, meters, Clock.tickMillis(ZoneOffset.UTC));
        running.add(
                new OpsServer(
                        config.opsHost(),
                        config.opsPort(),
                        () -> broker.isHealthy() ? List.of() : List.of("the journal failed"),
                        meters::scrape));
    }

    /// A free port is chosen once: who knows the broker finds it there again after a restart.
    private static int port(Config config, Optional<BrokerAccess> earlier) {
        if (config.brokerPort() > 0) return config.brokerPort();
        return earlier.map(BrokerAccess::url)
                .map(url -> URI.create(url).getPort())
                .filter(port -> isFree(config.brokerHost(), port))
                .orElse(0);
    }

    private static boolean isFree(String host, int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getByName(host))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
