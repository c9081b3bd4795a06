package safelight.platform;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import safelight.web.AgentCheck;

/// A web server for tests, in a process of its own: says which it is, answers `/health/ready` and
/// the agent check, drains on SIGTERM and at the end of its standard input as ours does.
public final class TinyServer {
    private static final long NOTICED_MS = 2000;
    private static final int DRAIN_SECONDS = 10;

    private final AtomicInteger busy = new AtomicInteger();
    private volatile boolean draining;

    private TinyServer() {}

    /// `--mute` never says that it is ready; `--deaf` does not end when asked to.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var options = java.util.Set.of(arguments);
        var tiny = new TinyServer();
        var loopback = InetAddress.getLoopbackAddress();
        var server = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", tiny::answer);
        server.start();
        var agent =
                new AgentCheck(
                        "127.0.0.1", 0, () -> new AgentCheck.Willingness(tiny.draining, 100));
        var stop = new Thread(() -> tiny.stop(server));
        if (options.contains("--deaf"))
            Runtime.getRuntime().addShutdownHook(new Thread(TinyServer::sleepLong));
        else Runtime.getRuntime().addShutdownHook(stop);
        if (!options.contains("--mute")) {
            System.out.println("agent at 127.0.0.1:" + agent.port());
            System.out.println(
                    "tiny is ready at http://127.0.0.1:" + server.getAddress().getPort());
        }
        while (System.in.read() >= 0)
            ;
        System.exit(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        busy.incrementAndGet();
        try (exchange) {
            var query = exchange.getRequestURI().getQuery();
            if (query != null) Thread.sleep(Integer.parseInt(query.replace("ms=", "")));
            boolean ready = !draining || !exchange.getRequestURI().getPath().startsWith("/health");
            var body =
                    ("%d %s %s"
                                    .formatted(
                                            ProcessHandle.current().pid(),
                                            exchange.getRequestHeaders().get("X-Forwarded-For"),
                                            exchange.getRequestMethod()))
                            .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(ready ? 200 : 503, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            busy.decrementAndGet();
        }
    }

    private void stop(HttpServer server) {
        draining = true;
        try {
            Thread.sleep(NOTICED_MS);
            for (int i = 0; i < DRAIN_SECONDS * 100 && busy.get() > 0; i++) Thread.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.stop(0);
    }

    private static void sleepLong() {
        try {
            Thread.sleep(600_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
