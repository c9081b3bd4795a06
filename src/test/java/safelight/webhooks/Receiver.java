package safelight.webhooks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A real receiver of webhooks on a free port of 127.0.0.1. What its behaviours do is up to each.
public final class Receiver implements AutoCloseable {
    private static final long WAIT_S = 120;

    private final BlockingQueue<Got> got = new LinkedBlockingQueue<>();
    private final ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    /// A request as it came.
    public record Got(
            String path, String id, String time, String signature, byte[] body, String host) {}

    /// How a receiver answers.
    @FunctionalInterface
    public interface Behaviour {
        /// Answers, or does not.
        void answer(HttpExchange exchange, int number) throws IOException, InterruptedException;
    }

    /// Answers each request with the next of these, and with the last one from then on.
    public Receiver(int... statuses) throws IOException {
        this((exchange, n) -> {
            exchange.sendResponseHeaders(statuses[Math.min(n, statuses.length - 1)], -1);
        });
    }

    /// Answers as this says; requests are numbered from 0.
    public Receiver(Behaviour behaviour) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setExecutor(tasks);
        var number = new java.util.concurrent.atomic.AtomicInteger();
        server.createContext(
                "/",
                exchange -> {
                    int n = number.getAndIncrement();
                    note(exchange);
                    try (exchange) {
                        behaviour.answer(exchange, n);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        server.start();
    }

    /// One that takes requests and never answers them, until it is closed.
    public static Receiver hanging() throws IOException {
        var latch = new CountDownLatch(1);
        return new Receiver((_, _) -> latch.await(WAIT_S, TimeUnit.SECONDS));
    }

    private void note(HttpExchange exchange) throws IOException {
        var headers = exchange.getRequestHeaders();
        got.add(
                new Got(
                        exchange.getRequestURI().getPath(),
                        headers.getFirst("webhook-id"),
                        headers.getFirst("webhook-timestamp"),
                        headers.getFirst("webhook-signature"),
                        exchange.getRequestBody().readAllBytes(),
                        headers.getFirst("Host")));
    }

    /// Where it is.
    public String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    /// Its port.
    public int port() {
        return server.getAddress().getPort();
    }

    /// The next request that came, or that comes within two minutes.
    public Got next() throws InterruptedException {
        var next = got.poll(WAIT_S, TimeUnit.SECONDS);
        if (next == null) throw new AssertionError("nothing came");
        return next;
    }

    /// What came and was not asked for.
    public List<Got> rest() {
        return List.copyOf(got);
    }

    @Override
    public void close() {
        server.stop(0);
        tasks.shutdownNow();
    }
}
