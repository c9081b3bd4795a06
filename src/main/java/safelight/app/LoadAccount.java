package safelight.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.util.HexFormat;

/// An account of its own for a load run, made where the first clients go, and its token.
final class LoadAccount {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BYTES = 8;
    private static final int OK = 200;
    private static final int REFUSED = 300;

    private final HttpClient http;
    private final String url;
    private final String token;

    /// Signs up at this server.
    LoadAccount(HttpClient http, String url) throws IOException, InterruptedException {
        this.http = http;
        this.url = url;
        var chance = new byte[BYTES];
        new SecureRandom().nextBytes(chance);
        var body =
                "{\"email\":\"load-%s@example.org\",\"password\":\"%s\",\"name\":\"Load\"}"
                        .formatted(
                                HexFormat.of().formatHex(chance),
                                "only for a run, " + HexFormat.of().formatHex(chance));
        var signUp =
                HttpRequest.newBuilder(URI.create(url + "/api/v1/accounts"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body));
        var answer = http.send(signUp.build(), BodyHandlers.ofString());
        if (answer.statusCode() >= REFUSED)
            throw new CannotStart(url + " refuses a sign-up: " + answer.body());
        var cookie = answer.headers().firstValue("Set-Cookie").orElse("").replaceFirst(";.*", "");
        var ask =
                HttpRequest.newBuilder(URI.create(url + "/api/v1/tokens"))
                        .header("Content-Type", "application/json")
                        .header("Cookie", cookie)
                        .POST(BodyPublishers.ofString("{\"name\":\"load\"}"));
        this.token = said(ask).path("secret").asText();
    }

    String token() {
        return token;
    }

    /// Uploads a picture; returns the photo's id.
    String upload(byte[] picture) throws IOException, InterruptedException {
        return said(request(url, "/photos").POST(BodyPublishers.ofByteArray(picture)))
                .path("id")
                .asText();
    }

    /// Whether a server knows token and photo.
    boolean sees(String server, String photo) throws IOException, InterruptedException {
        var request = request(server, "/photos/" + photo).GET().build();
        return http.send(request, BodyHandlers.discarding()).statusCode() == OK;
    }

    private HttpRequest.Builder request(String server, String path) {
        return HttpRequest.newBuilder(URI.create(server + "/api/v1" + path))
                .header("Authorization", "Bearer " + token);
    }

    private JsonNode said(HttpRequest.Builder request) throws IOException, InterruptedException {
        var answer = http.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() >= REFUSED)
            throw new CannotStart(answer.uri() + " refuses: " + answer.body());
        return JSON.readTree(answer.body());
    }
}
