package safelight.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.dns.Resolving;

/// The clients in one place: they look the name up as somebody there would, keep the answer for as
/// long as it holds, and read, edit and upload photos of one account. For one thread that starts
/// requests, and as many as run.
final class LoadClients {
    private static final Logger LOG = LoggerFactory.getLogger(LoadClients.class);
    private static final Duration ANSWER_MOST = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int AT_ONCE_MOST = 64;
    private static final int UPLOAD_EVERY = 10;
    private static final int EDIT_EVERY = 3;
    private static final int OK_END = 300;

    private final Place place;
    private final Shared shared;
    private final Semaphore room = new Semaphore(AT_ONCE_MOST);
    private final AtomicInteger lookups = new AtomicInteger();
    private String address = "";
    private long holdsUntilNs;
    private int turn;

    /// Where clients are: a name for people, and the network that resolvers there are in.
    record Place(String name, InetAddress network, int length) {}

    /// What all places have in common. `port`: of the service; `photo`: one that is there already;
    /// `seed`: of the pictures that are uploaded.
    record Shared(
            Resolving names,
            int port,
            HttpClient http,
            LoadFigures figures,
            String token,
            String photo,
            long seed) {}

    LoadClients(Place place, Shared shared) {
        this.place = place;
        this.shared = shared;
        this.holdsUntilNs = System.nanoTime();
    }

    Place place() {
        return place;
    }

    int lookups() {
        return lookups.get();
    }

    /// Where the clients go now; looked up when the last answer holds no more. An answer that does
    /// not come leaves the old one, as resolvers do (RFC 8767).
    String address() {
        if (System.nanoTime() - holdsUntilNs < 0) return address;
        try {
            var found = shared.names.ask(place.network, place.length);
            lookups.incrementAndGet();
            address = found.addresses().getFirst().getHostAddress();
            holdsUntilNs = System.nanoTime() + found.lifetime().toNanos();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).addKeyValue("place", place.name).log("name not resolved");
        }
        return address;
    }

    /// Begins the next request, and returns; one too many at once counts as failed.
    void next() {
        var to = address();
        int number = turn++;
        if (!room.tryAcquire()) {
            shared.figures.done(to, Duration.ZERO, false);
            return;
        }
        Thread.ofVirtual().name("load-" + place.name).start(() -> run(to, number));
    }

    /// Returns once all that was begun has ended.
    void await() throws InterruptedException {
        room.acquire(AT_ONCE_MOST);
        room.release(AT_ONCE_MOST);
    }

    private void run(String to, int number) {
        long beganNs = System.nanoTime();
        boolean isWell = false;
        try {
            var answer = shared.http.send(request(to, number), BodyHandlers.ofByteArray());
            isWell = answer.statusCode() < OK_END;
            if (!isWell)
                LOG.atWarn()
                        .addKeyValue("to", to)
                        .addKeyValue("status", answer.statusCode())
                        .log("request refused");
            else if (answer.uri().getPath().endsWith("/session")) named(to, answer);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("to", to).setCause(e).log("request failed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            shared.figures.done(to, Duration.ofNanos(System.nanoTime() - beganNs), isWell);
            room.release();
        }
    }

    private void named(String to, HttpResponse<byte[]> answer) throws IOException {
        shared.figures.name(to, JSON.readTree(answer.body()).path("dataCenter").asText());
    }

    private HttpRequest request(String to, int number) throws IOException {
        if (number % UPLOAD_EVERY == UPLOAD_EVERY - 1)
            return to(to, "/photos")
                    .POST(
                            BodyPublishers.ofByteArray(
                                    DrillRecipe.picture(shared.seed + place.hashCode(), number)))
                    .build();
        if (number % EDIT_EVERY == EDIT_EVERY - 1)
            return to(to, "/jobs")
                    .header("Content-Type", "application/json")
                    .header("Prefer", "wait=10")
                    .POST(BodyPublishers.ofString(job(number)))
                    .build();
        var path = number % 2 == 0 ? "/session" : "/photos/" + shared.photo + "/content";
        return to(to, path).GET().build();
    }

    /// Each recipe is another one, so that no result is there already.
    private String job(int number) {
        return """
        {"photo":"%s","operations":[{"op":"blur","sigma":%d.%02d}],"output":{"format":"jpeg"}}\
        """
                .formatted(shared.photo, 1 + number / 100 % 50, number % 100);
    }

    private HttpRequest.Builder to(String address, String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://%s:%d/api/v1%s".formatted(address, shared.port, path)))
                .timeout(ANSWER_MOST)
                .header("Authorization", "Bearer " + shared.token);
    }
}
