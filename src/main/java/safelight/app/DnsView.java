package safelight.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.web.Steered;

/// What the DNS server of this data center knows, for the operations page: asked at most once a
/// second, whoever looks. Thread-safe.
final class DnsView implements Steered.Source, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DnsView.class);
    private static final Duration KEPT_MOST = Duration.ofSeconds(1);
    private static final Duration ANSWER_MOST = Duration.ofSeconds(1);
    private static final int BYTES_MAX = 1 << 16;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI address;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER_MOST).build();
    private List<Steered> said = List.of();
    private Optional<Long> askedNs = Optional.empty();

    /// `address`: where it says what it knows.
    DnsView(URI address) {
        this.address = address;
    }

    @Override
    public synchronized List<Steered> now() {
        long nowNs = System.nanoTime();
        if (askedNs.filter(at -> nowNs - at < KEPT_MOST.toNanos()).isPresent()) return said;
        said = ask();
        askedNs = Optional.of(System.nanoTime());
        return said;
    }

    private List<Steered> ask() {
        try {
            var request = HttpRequest.newBuilder(address).timeout(ANSWER_MOST).build();
            var answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                return read(JSON.readTree(body.readNBytes(BYTES_MAX)));
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("dns did not answer");
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private static List<Steered> read(JsonNode state) {
        var all = new ArrayList<Steered>();
        for (var each : state.path("dataCenters"))
            all.add(
                    new Steered(
                            each.path("name").asText(),
                            each.path("latitude").asDouble(),
                            each.path("longitude").asDouble(),
                            each.path("up").asBoolean(),
                            each.path("drained").asBoolean()));
        return List.copyOf(all);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
