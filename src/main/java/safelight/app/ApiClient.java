package safelight.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// A client of our own API for commands that try a server out: signs up, then sends with the
/// cookie. Whatever is refused is an IllegalStateException with the answer.
final class ApiClient {
    private static final Pattern ID = Pattern.compile("\"id\":\"([0-9a-z]{26})\"");

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;
    private final String cookie;

    /// Signs up at a server that is asked for the first time.
    ApiClient(String url) throws IOException, InterruptedException {
        this.url = url;
        var account =
                """
                {"email":"nobody@example.org","password":"a short run","name":""}\
                """;
        var answer =
                checked(
                        HttpRequest.newBuilder(URI.create(url + "/api/v1/accounts"))
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(account)));
        cookie = answer.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
    }

    /// Uploads a picture and returns the photo's id.
    String upload(byte[] picture) throws IOException, InterruptedException {
        return id(post("/api/v1/photos", BodyPublishers.ofByteArray(picture)));
    }

    /// Hands in a job, waits up to `waitSeconds` for its end, and returns its id.
    String submit(String photo, String operations, int waitSeconds)
            throws IOException, InterruptedException {
        var body =
                "{\"photo\":\"%s\",\"operations\":%s,\"output\":{\"format\":\"jpeg\"}}"
                        .formatted(photo, operations);
        var request = request("/api/v1/jobs").header("Content-Type", "application/json");
        if (waitSeconds > 0) request.header("Prefer", "wait=" + waitSeconds);
        return id(
                checked(request.POST(BodyPublishers.ofString(body, StandardCharsets.UTF_8)))
                        .body());
    }

    /// What is at this path.
    String get(String path) throws IOException, InterruptedException {
        return checked(request(path).GET()).body();
    }

    private String post(String path, BodyPublisher body) throws IOException, InterruptedException {
        return checked(request(path).POST(body)).body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).header("Cookie", cookie);
    }

    private HttpResponse<String> checked(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        var answer = http.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() >= 400)
            throw new IllegalStateException(
                    answer.uri() + " answered " + answer.statusCode() + ": " + answer.body());
        return answer;
    }

    private static String id(String json) {
        var match = ID.matcher(json);
        if (!match.find()) throw new IllegalStateException("no id in " + json);
        return match.group(1);
    }
}
