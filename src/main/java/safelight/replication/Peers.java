package safelight.replication;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import safelight.base.Digest;

/// The replicators of the other data centers, over HTTP. One that could not be reached is not asked
/// again for some seconds, so that a data center that is cut off answers as fast as ever.
/// Thread-safe.
public final class Peers implements AutoCloseable {
    private static final Duration CONNECT_MOST = Duration.ofSeconds(2);
    private static final Duration ANSWER_MOST = Duration.ofSeconds(5);
    private static final Duration LEFT_ALONE = Duration.ofSeconds(3);
    private static final int OK = 200;
    private static final int PART = 206;
    private static final int MISSING = 404;

    private final ReplicationSettings settings;
    private final LongSupplier nanoTime;
    private final HttpClient http;
    private final Map<String, Long> silent = new ConcurrentHashMap<>();
    private volatile Map<String, URI> known;

    /// Asks nobody yet; `nanoTime` measures pauses.
    public Peers(ReplicationSettings settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.known = settings.peers();
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT_MOST)
                        .executor(Executors.newVirtualThreadPerTaskExecutor())
                        .build();
    }

    /// Where a blob is, and how large.
    record Place(String dataCenter, Digest digest, long size) {}

    /// The names of the other data centers, in order.
    public List<String> names() {
        return List.copyOf(new TreeSet<>(known.keySet()));
    }

    /// From now on these are the other data centers, and where their replicators listen.
    public void use(Map<String, URI> others) {
        known = Map.copyOf(others);
    }

    /// A data center that has the blob; `first` is asked first, if there is such a one. Empty if
    /// all say that they have not.
    ///
    /// @throws ReplicationFailure if none has it and some did not answer
    Optional<Place> find(Digest digest, String first) {
        var order = new ArrayList<>(names());
        if (order.remove(first)) order.addFirst(first);
        Optional<ReplicationFailure> failure = Optional.empty();
        for (var name : order)
            try {
                var size = size(name, digest);
                if (size.isPresent()) return Optional.of(new Place(name, digest, size.get()));
            } catch (ReplicationFailure e) {
                failure = Optional.of(e);
            }
        if (failure.isPresent()) throw failure.get();
        return Optional.empty();
    }

    private Optional<Long> size(String name, Digest digest) {
        var request = request(name, "/blobs/" + digest).method("HEAD", noBody());
        var answer = sent(name, request, BodyHandlers.discarding());
        if (answer.statusCode() == MISSING) return Optional.empty();
        return Optional.of(
                expected(name, answer, OK).headers().firstValueAsLong("Content-Length").orElse(0));
    }

    /// The bytes from `from` to the end; the caller closes the stream.
    ///
    /// @throws ReplicationFailure if it does not answer, or has the blob no more
    InputStream read(Place place, long from) {
        var request = request(place.dataCenter, "/blobs/" + place.digest).GET();
        if (from > 0) request.header("Range", "bytes=" + from + "-");
        var answer = sent(place.dataCenter, request, BodyHandlers.ofInputStream());
        return expected(place.dataCenter, answer, from > 0 ? PART : OK).body();
    }

    /// The blobs that a data center has, after this one; no page is empty but the last.
    ///
    /// @throws ReplicationFailure if it does not answer
    public List<Digest> list(String name, Optional<Digest> after) {
        var query = after.map(digest -> "?after=" + digest).orElse("");
        return text(name, "/blobs" + query).lines().map(Digest::new).toList();
    }

    /// In how many files the storage of `name` keeps what this data center has missed.
    ///
    /// @throws ReplicationFailure if it does not answer
    int owedBy(String name) {
        return Integer.parseInt(text(name, "/owed/" + settings.own()).strip());
    }

    private String text(String name, String path) {
        var answer =
                sent(
                        name,
                        request(name, path).GET(),
                        BodyHandlers.ofString(StandardCharsets.UTF_8));
        return expected(name, answer, OK).body();
    }

    private HttpRequest.Builder request(String name, String path) {
        var base = Optional.ofNullable(known.get(name));
        var uri = base.orElseThrow(() -> new IllegalStateException("no data center " + name));
        return HttpRequest.newBuilder(URI.create(uri.toString().replaceAll("/+$", "") + path))
                .timeout(ANSWER_MOST)
                .header("Authorization", "Bearer " + settings.secret());
    }

    private static HttpRequest.BodyPublisher noBody() {
        return HttpRequest.BodyPublishers.noBody();
    }

    private <T> HttpResponse<T> sent(
            String name, HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
        var since = Optional.ofNullable(silent.get(name));
        if (since.isPresent() && nanoTime.getAsLong() - since.get() < LEFT_ALONE.toNanos())
            throw new ReplicationFailure.Unreachable(name, new IOException("silent a moment ago"));
        try {
            var answer = http.send(request.build(), body);
            silent.remove(name);
            return answer;
        } catch (IOException e) {
            silent.put(name, nanoTime.getAsLong());
            throw new ReplicationFailure.Unreachable(name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ReplicationFailure.Unreachable(name, e);
        }
    }

    private static <T> HttpResponse<T> expected(String name, HttpResponse<T> answer, int status) {
        if (answer.statusCode() == status) return answer;
        if (answer.statusCode() == MISSING)
            throw new ReplicationFailure.Unreachable(name, new IOException("the blob has gone"));
        throw new ReplicationFailure.Refused(name, answer.statusCode());
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
