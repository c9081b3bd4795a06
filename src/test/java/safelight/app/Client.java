package safelight.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/// A program that uses the API with a token, as a customer's would: it tries again when the server
/// is away.
final class Client {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration REQUEST_MOST = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String token;
    private volatile String url;

    private Client(String url, String token) {
        this.url = url;
        this.token = token;
    }

    /// Signs up and gets a token.
    static Client signUp(String url, String email) throws IOException, InterruptedException {
        var client = new Client(url, "");
        var body = "{\"email\":\"%s\",\"password\":\"correct horse battery\"}".formatted(email);
        var answer = client.send("POST", "/accounts", body, List.of());
        var cookie =
                answer.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
        var issued =
                client.send("POST", "/tokens", "{\"name\":\"test\"}", List.of("Cookie", cookie));
        return new Client(url, JSON.readTree(issued.body()).path("secret").asText());
    }

    /// The server is somewhere else now.
    void moveTo(String newUrl) {
        url = newUrl;
    }

    /// Uploads a made picture and returns the photo's id.
    String upload(int widthPx, int heightPx, long seed) throws IOException, InterruptedException {
        return upload(jpeg(widthPx, heightPx, seed));
    }

    /// Uploads these bytes and returns the photo's id.
    String upload(byte[] picture) throws IOException, InterruptedException {
        var answer =
                http.send(
                        request("/photos").POST(BodyPublishers.ofByteArray(picture)).build(),
                        BodyHandlers.ofString());
        return expect(answer, 201).path("id").asText();
    }

    /// Hands a job in under a key, again and again until the server says 202.
    String submit(String photo, String operations, String key) throws InterruptedException {
        var body =
                "{\"photo\":\"%s\",\"operations\":%s,\"output\":{\"format\":\"jpeg\"}}"
                        .formatted(photo, operations);
        while (true) {
            try {
                var answer = send("POST", "/jobs", body, List.of("Idempotency-Key", key));
                if (answer.statusCode() == 202)
                    return JSON.readTree(answer.body()).path("id").asText();
                if (answer.statusCode() < 500 && answer.statusCode() != 429)
                    throw new IllegalStateException(answer.statusCode() + " " + answer.body());
            } catch (IOException e) {
                // the server is being killed; the key makes trying again safe
            }
            Thread.sleep(50);
        }
    }

    /// The job as it stands.
    JsonNode job(String id) throws IOException, InterruptedException {
        return get("/jobs/" + id);
    }

    /// Waits until the job has ended, and returns it.
    JsonNode await(String id, Duration most) throws InterruptedException {
        long deadline = System.nanoTime() + most.toNanos();
        while (true) {
            try {
                var answer = send("GET", "/jobs/" + id, "", List.of("Prefer", "wait=5"));
                var job = JSON.readTree(answer.body());
                if (answer.statusCode() == 200 && job.has("finishedAt")) return job;
            } catch (IOException e) {
                // the server is away
            }
            if (System.nanoTime() > deadline)
                throw new IllegalStateException("job " + id + " does not end");
        }
    }

    /// Everything in a paged list.
    List<JsonNode> all(String path, String name) throws IOException, InterruptedException {
        var items = new ArrayList<JsonNode>();
        var cursor = "";
        do {
            var page = get(path + "?limit=200" + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            page.path(name).forEach(items::add);
            cursor = page.path("next").asText("");
        } while (!cursor.isEmpty());
        return items;
    }

    /// A GET that has to succeed.
    JsonNode get(String path) throws IOException, InterruptedException {
        return expect(send("GET", path, "", List.of()), 200);
    }

    /// The bytes at a path.
    byte[] bytes(String path) throws IOException, InterruptedException {
        return http.send(request(path).GET().build(), BodyHandlers.ofByteArray()).body();
    }

    /// Any call; an empty body is none.
    HttpResponse<String> send(String method, String path, String body, List<String> headers)
            throws IOException, InterruptedException {
        var request = request(path).method(method, BodyPublishers.ofString(body));
        if (!body.isEmpty()) request.header("Content-Type", "application/json");
        for (int i = 0; i < headers.size(); i += 2)
            request.header(headers.get(i), headers.get(i + 1));
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /// A JPEG full of detail, different for each seed.
    static byte[] jpeg(int widthPx, int heightPx, long seed) {
        var image = safelight.Pictures.noise(widthPx, heightPx, seed);
        try (var out = new ByteArrayOutputStream()) {
            ImageIO.write(image, "jpeg", out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpRequest.Builder request(String path) {
        var request =
                HttpRequest.newBuilder(URI.create(url + "/api/v1" + path)).timeout(REQUEST_MOST);
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private static JsonNode expect(HttpResponse<String> answer, int status) throws IOException {
        if (answer.statusCode() != status)
            throw new IllegalStateException(answer.statusCode() + " " + answer.body());
        return JSON.readTree(answer.body());
    }
}
