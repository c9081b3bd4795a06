package safelight.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A client of `GET /api/v1/events`. Once it is made, the server has begun to listen.
final class EventReader implements AutoCloseable {
    private static final Duration NEXT_MOST = Duration.ofSeconds(30);

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final String type;

    /// A change of a job; `id` is empty for progress.
    record Event(String id, JsonNode job) {
        String of() {
            return job.path("id").asText();
        }

        String state() {
            return job.path("state").asText();
        }
    }

    EventReader(String url, TestClient client, String... headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url + "/api/v1/events"));
        var line = client.credentialLine().split(": ", 2);
        request.header(line[0], line[1]);
        for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
        var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        type = answer.headers().firstValue("Content-Type").orElse("");
        var lines =
                new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
        for (var each = lines.readLine(); each != null; each = lines.readLine())
            if (each.equals(": connected")) break;
        Thread.ofVirtual().start(() -> read(lines));
    }

    /// The Content-Type.
    String type() {
        return type;
    }

    /// The next change that is in the log of changes.
    Event next() throws InterruptedException {
        while (true) {
            var event = any();
            if (!event.id.isEmpty()) return event;
        }
    }

    /// The next change, progress too.
    Event any() throws InterruptedException {
        var event = events.poll(NEXT_MOST.toSeconds(), TimeUnit.SECONDS);
        if (event == null) throw new AssertionError("no event came");
        return event;
    }

    /// The change that brings this job to its end.
    Event end(String job) throws InterruptedException {
        while (true) {
            var event = next();
            if (event.of().equals(job) && event.state().equals("succeeded")) return event;
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private void read(BufferedReader lines) {
        var id = "";
        try {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id: ")) id = line.substring(4);
                if (line.startsWith("data: ")) events.add(event(id, line.substring(6)));
                if (line.isEmpty()) id = "";
            }
        } catch (IOException e) {
            events.clear();
        }
    }

    private static Event event(String id, String data) {
        try {
            return new Event(id, TestClient.JSON.readTree(data));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
