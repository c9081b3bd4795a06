package safelight.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/// Health and metrics of a role that has no web server: `/health/live`, `/health/ready` and
/// `/metrics`, as web servers have them.
final class OpsServer implements AutoCloseable {
    private static final int BACKLOG = 16;

    private final HttpServer server;

    /// Listens from now on. `complaints` are sentences, none if all is well.
    OpsServer(String host, int port, Supplier<List<String>> complaints, Supplier<String> metrics)
            throws IOException {
        server = HttpServer.create(new InetSocketAddress(host, port), BACKLOG);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/health/live", exchange -> send(exchange, 200, "live\n"));
        server.createContext("/health/ready", exchange -> ready(exchange, complaints.get()));
        server.createContext("/metrics", exchange -> send(exchange, 200, metrics.get()));
        server.start();
    }

    /// Shows JSON at another path.
    OpsServer with(String path, Supplier<String> json) {
        server.createContext(path, exchange -> send(exchange, 200, "application/json", json.get()));
        return this;
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static void ready(HttpExchange exchange, List<String> complaints) throws IOException {
        if (complaints.isEmpty()) send(exchange, 200, "ready\n");
        else send(exchange, 503, String.join("\n", complaints) + "\n");
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        send(exchange, status, "text/plain; charset=utf-8", text);
    }

    private static void send(HttpExchange exchange, int status, String type, String text)
            throws IOException {
        try (exchange) {
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
