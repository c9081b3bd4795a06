package safelight.replication;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Digest;
import safelight.base.Failure;
import safelight.blobs.Blobs;

/// What this data center shows the others, who say the common secret: its blobs, with `Range`; a
/// list of them; and how much its storage keeps for another one. Never what it would have to fetch
/// itself.
public final class BlobDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BlobDoor.class);
    private static final int BACKLOG = 256;
    private static final int LISTED = 1000;
    private static final int STOP_SECONDS = 1;
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-");
    private static final Pattern AFTER = Pattern.compile("after=([0-9a-f]{64})");
    private static final Pattern DIGEST = Pattern.compile("/blobs/([0-9a-f]{64})");
    private static final Pattern OWED = Pattern.compile("/owed/([A-Za-z0-9_.-]{1,64})");

    private final byte[] secret;
    private final Blobs blobs;
    private final ToIntFunction<String> owed;
    private final HttpServer server;

    /// Listens from now on. `blobs` are those of this data center alone, `owed` says in how many
    /// files storage keeps what a data center has missed.
    public BlobDoor(
            InetSocketAddress address, String secret, Blobs blobs, ToIntFunction<String> owed)
            throws IOException {
        this.secret = ("Bearer " + secret).getBytes(StandardCharsets.UTF_8);
        this.blobs = blobs;
        this.owed = owed;
        this.server = HttpServer.create(address, BACKLOG);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    /// The port that it listens on.
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(STOP_SECONDS);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (isTrusted(exchange)) trusted(exchange);
            else text(exchange, 401, "say the secret\n");
        }
    }

    private void trusted(HttpExchange exchange) throws IOException {
        try {
            route(exchange);
        } catch (Failure e) {
            LOG.atWarn().addKeyValue("problem", e.problem().code()).log("peer gets a problem");
            text(exchange, e.problem().status(), e.problem().detail() + "\n");
        }
    }

    private boolean isTrusted(HttpExchange exchange) {
        var said = exchange.getRequestHeaders().getFirst("Authorization");
        return said != null && MessageDigest.isEqual(said.getBytes(StandardCharsets.UTF_8), secret);
    }

    private void route(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        var blob = DIGEST.matcher(path);
        var other = OWED.matcher(path);
        if (path.equals("/blobs")) list(exchange);
        else if (blob.matches()) blob(exchange, new Digest(blob.group(1)));
        else if (other.matches()) text(exchange, 200, owed.applyAsInt(other.group(1)) + "\n");
        else text(exchange, 404, "no such thing\n");
    }

    private void list(HttpExchange exchange) throws IOException {
        var query = Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
        var after = AFTER.matcher(query);
        var from =
                after.matches()
                        ? Optional.of(new Digest(after.group(1)))
                        : Optional.<Digest>empty();
        var page =
                blobs.list(from, LISTED).stream()
                        .map(digest -> digest + "\n")
                        .collect(Collectors.joining());
        text(exchange, 200, page);
    }

    private void blob(HttpExchange exchange, Digest digest) throws IOException {
        var found = blobs.find(digest);
        if (found.isEmpty()) {
            text(exchange, 404, "not here\n");
            return;
        }
        var blob = found.get();
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(blob.size()));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        long from = from(exchange);
        if (from > 0 && from >= blob.size()) {
            text(exchange, 416, "not so many bytes\n");
            return;
        }
        long count = blob.size() - from;
        exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, count == 0 ? -1 : count);
        try (var in = blob.open(from, count)) {
            in.transferTo(exchange.getResponseBody());
        }
    }

    private static long from(HttpExchange exchange) {
        var range = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range"));
        var match = RANGE.matcher(range.orElse(""));
        return match.matches() ? Long.parseLong(match.group(1)) : 0;
    }

    private static void text(HttpExchange exchange, int status, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        boolean isEmpty = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, isEmpty ? -1 : bytes.length);
        if (!isEmpty) exchange.getResponseBody().write(bytes);
    }
}
