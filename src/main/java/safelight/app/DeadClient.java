package safelight.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/// Which installation a `dead` command talks to, with whose token, and how it prints.
final class DeadClient {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration WAIT = Duration.ofSeconds(60);

    /// One job is not there, is in another state, or finds no room; the next one may do better.
    private static final Set<Integer> OF_ONE_JOB = Set.of(404, 409, 429);

    @Option(
            names = "--url",
            defaultValue = "http://127.0.0.1:8080",
            description = "Address of the installation (${DEFAULT-VALUE}).")
    private String url = "";

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    boolean printsJson() {
        return json;
    }

    static String coded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    JsonNode get(String path, Map<String, String> query) throws IOException, InterruptedException {
        var asked =
                query.entrySet().stream()
                        .map(e -> e.getKey() + "=" + coded(e.getValue()))
                        .collect(Collectors.joining("&", query.isEmpty() ? "" : "?", ""));
        return granted(send(request(path + asked).GET()));
    }

    JsonNode post(String path, ObjectNode body) throws IOException, InterruptedException {
        return granted(
                send(
                        request(path)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(body.toString()))));
    }

    /// Asks for something to be done with one job: code and detail of what speaks against it, or
    /// empty once it is done.
    Optional<ObjectNode> refusal(String path) throws IOException, InterruptedException {
        var answer = send(request(path).POST(BodyPublishers.noBody()));
        if (!OF_ONE_JOB.contains(answer.statusCode())) {
            var _ = granted(answer);
            return Optional.empty();
        }
        var problem = JSON.readTree(answer.body());
        return Optional.of(
                JSON.createObjectNode()
                        .put("code", problem.path("code").asText())
                        .put("detail", problem.path("detail").asText()));
    }

    private HttpRequest.Builder request(String path) {
        var token =
                Optional.ofNullable(System.getenv("SAFELIGHT_TOKEN"))
                        .orElseThrow(() ->
                                new CannotStart(
                                        "Put a token in SAFELIGHT_TOKEN; the API makes them."));
        try {
            return HttpRequest.newBuilder(URI.create(url + path))
                    .timeout(WAIT)
                    .header("Authorization", "Bearer " + token);
        } catch (IllegalArgumentException e) {
            throw new CannotStart("This is no address: " + url, e);
        }
    }

    private static HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request.build(), BodyHandlers.ofString());
        }
    }

    private JsonNode granted(HttpResponse<String> answer) throws IOException {
        var body = JSON.readTree(answer.body());
        if (answer.statusCode() < 400) return body;
        throw new CannotStart(
                "%s answered %d: %s"
                        .formatted(
                                url,
                                answer.statusCode(),
                                body.path("detail").asText(answer.body())));
    }
}
