import java.nio.file.Path;
import java.security.SecureRandom;
import safelight.queue.artemis.ArtemisBroker;
import safelight.queue.artemis.BrokerSettings;

/// The product's broker in a process of its own, until its standard input ends.
final class Broker {
    public static void main(String[] arguments) throws Exception {
        try (var broker = ArtemisBroker.start(
                BrokerSettings.at(Path.of(arguments[0]), 0, new SecureRandom()))) {
            System.out.println(broker.port() + " " + broker.overTcp().password());
            while (System.in.read() >= 0) {}
        }
    }
}
