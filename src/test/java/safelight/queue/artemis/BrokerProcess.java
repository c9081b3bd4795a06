package safelight.queue.artemis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import safelight.base.Bytes;

/// A JVM of its own that runs a broker, or takes one ticket and holds it; made to be killed.
final class BrokerProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final String said;

    private BrokerProcess(List<String> arguments) {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-Xmx128m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                BrokerProcess.class.getName()));
        command.addAll(arguments);
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            said = firstLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static BrokerProcess broker(Path folder, String password) {
        return new BrokerProcess(List.of("broker", folder.toString(), password));
    }

    static BrokerProcess holder(BrokerAccess access) {
        return new BrokerProcess(List.of("hold", access.url(), access.password()));
    }

    /// The port of a broker, or the job in a holder's hand.
    String said() {
        return said;
    }

    /// By SIGKILL: nothing is flushed, nothing is said to the other side.
    void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                throw new IllegalStateException("not dead");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }

    private String firstLine() throws IOException {
        var reader =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (var line = reader.readLine(); line != null; line = reader.readLine())
            if (line.startsWith("SAYS ")) return line.substring(5);
        throw new IOException("the process ended without a word");
    }

    public static void main(String[] arguments) throws InterruptedException {
        System.out.println("SAYS " + run(arguments));
        System.out.flush();
        Thread.currentThread().join();
    }

    private static String run(String[] arguments) {
        if (arguments[0].equals("broker")) {
            var settings =
                    new BrokerSettings(
                            Path.of(arguments[1]), "127.0.0.1", 0, arguments[2], 0, Bytes.mebi(16));
            return String.valueOf(ArtemisBroker.start(settings).port());
        }
        var access = new BrokerAccess(arguments[1], BrokerAccess.USER, arguments[2]);
        var consumption = new ArtemisQueue(access, new SecureRandom()).consume();
        return consumption.take(PATIENCE).orElseThrow().ticket().job().value();
    }
}
