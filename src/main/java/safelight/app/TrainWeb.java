package safelight.app;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.base.Failure;
import safelight.base.Ulids;
import safelight.queue.artemis.ArtemisQueue;

/// A short run of a web server, for the JVM to record what a start of `web` needs and nothing else:
/// all that is recorded is loaded at every start, so a broker or a decoder in it would cost each
/// web server some 25 MiB and half a second.
///
/// The data goes to a temporary folder. The engines that are set are only looked at, for their
/// drivers: nothing is announced there, changed or migrated.
@Command(
        name = "train-web",
        hidden = true,
        description = "Runs a little of a web server, for its AOT cache.")
final class TrainWeb implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(TrainWeb.class);
    private static final Pattern COOKIE = Pattern.compile("(?im)^set-cookie: ([^;]+)");
    private static final int ROUNDS = 20;
    private static final int ANSWER_MOST_MS = 10_000;
    private static final long BROKER_STOP_SECONDS = 20;
    private static final String SIGN_UP =
            """
            {"email":"nobody@example.org","password":"a short run","name":""}\
            """;
    private static final List<String> PATHS =
            List.of(
                    "/",
                    "/health/ready",
                    "/metrics",
                    "/api/v1/session",
                    "/api/v1/photos",
                    "/api/v1/jobs",
                    "/api/v1/cluster",
                    "/api/v1/formats",
                    "/api/v1/nowhere");

    private final Plugs plugs;

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Option(names = "--prepare", hidden = true, description = "Makes the database, and no more.")
    private boolean prepare;

    @Spec private CommandSpec spec = CommandSpec.create();

    // What 'web' may be given besides settings.
    @Unmatched private final List<String> others = new ArrayList<>();

    TrainWeb(Plugs plugs) {
        this.plugs = plugs;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var given = options.read();
        Logs.by(given);
        if (prepare) return prepared(given);
        LOG.atDebug().addKeyValue("options", others).log("ignored");
        lookAt(given);
        var folder = Files.createTempDirectory("safelight-train");
        try {
            prepare(folder);
            run(folder);
        } finally {
            Train.delete(folder);
        }
        return Exit.DONE;
    }

    private static int prepared(Config config) {
        Storage.open(config, true, Clock.tickMillis(ZoneOffset.UTC)).close();
        return Exit.DONE;
    }

    /// In another process: a server hardly ever brings a schema up to date, so what does that is
    /// not to be recorded.
    private void prepare(Path folder) throws IOException, InterruptedException {
        var arguments =
                List.of(
                        "train-web",
                        "--prepare",
                        "--data",
                        folder.toString(),
                        // Whatever the variables say.
                        "--set",
                        "catalog.engine=" + Engines.SQLITE,
                        "--set",
                        "sessions.engine=catalog",
                        "--set",
                        "blobs.engine=" + Engines.FILES);
        var process =
                new ProcessBuilder(Jvm.forServing(plugs.main(), arguments)).inheritIO().start();
        if (process.waitFor() != Exit.DONE)
            throw new IllegalStateException("no database could be made in " + folder);
    }

    /// One reading of each kind, as requests do it. Storage that is not there, or has no schema
    /// yet, costs a part of the gain; whoever trains is told, and does it again the next time.
    private void lookAt(Config config) {
        if (config.engines().catalog().equals(Engines.SQLITE)) return;
        var clock = Clock.tickMillis(ZoneOffset.UTC);
        try (var storage = Storage.open(config, false, clock)) {
            var id = new Ulids(clock, new SecureRandom()).next();
            var nobody = new AccountId(id);
            var nothing = Digest.of(id.getBytes(StandardCharsets.UTF_8));
            storage.accounts().find(nobody);
            storage.accounts().findByEmail(id);
            storage.sessions().find(nothing);
            storage.jobs().busyWorkers();
            storage.fleet().instances(clock.instant());
            storage.blobs().find(nothing);
        } catch (Failure e) {
            PrintWriter out = spec.commandLine().getOut();
            out.println("trained without storage: " + e.problem().code());
            out.flush();
        }
    }

    private void run(Path folder) throws IOException, InterruptedException {
        var clock = Clock.tickMillis(ZoneOffset.UTC);
        var here = new ConfigOptions().with(Map.of("data", folder.toString(), "web.port", "0"));
        var config = here.plain();
        var broker = broker(folder);
        try (var storage = Storage.open(config, true, clock);
                var queue =
                        ArtemisQueue.to(BrokerSearch.search(config, clock), new SecureRandom());
                var web =
                        new WebNode(
                                config,
                                storage,
                                queue,
                                new WebNode.Circumstances(List.of(), () -> "", true))) {
            use(web.port());
        } finally {
            broker.getOutputStream().close();
            if (!broker.waitFor(BROKER_STOP_SECONDS, TimeUnit.SECONDS)) broker.destroyForcibly();
        }
    }

    /// In a process of its own, which ends with this one.
    private Process broker(Path folder) throws IOException {
        var arguments =
                List.of(
                        "broker",
                        "--lifeline",
                        "--data",
                        folder.toString(),
                        "--set",
                        "broker.port=0",
                        "--set",
                        "ops.port=0");
        return new ProcessBuilder(Jvm.forServing(plugs.main(), arguments))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void use(int port) throws IOException {
        var welcome = ask(port, "POST", "/api/v1/accounts", "", SIGN_UP);
        var found = COOKIE.matcher(welcome);
        if (!found.find()) throw new IllegalStateException("no cookie in " + welcome);
        for (int i = 0; i < ROUNDS; i++)
            for (var path : PATHS) ask(port, "GET", path, found.group(1), "");
    }

    /// By hand, since an HTTP client would be recorded too.
    private static String ask(int port, String method, String path, String cookie, String body)
            throws IOException {
        var request =
                """
                %s %s HTTP/1.1
                Host: localhost
                Connection: close
                Cookie: %s
                Content-Length: %d

                """
                        .formatted(method, path, cookie, body.length())
                        .replace("\n", "\r\n");
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(ANSWER_MOST_MS);
            OutputStream out = socket.getOutputStream();
            out.write((request + body).getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
