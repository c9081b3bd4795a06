package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// One user of the API over HTTP, with a cookie, a token or neither. Looks at each refusal: it has
/// to be a problem, and no inside of the server may show.
final class TestClient {
    static final String PASSWORD = "correct horse battery";
    static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration ANSWER_MOST = Duration.ofSeconds(60);
    private static final Duration JOB_MOST = Duration.ofSeconds(60);
    private static final Duration THUMBNAIL_MOST = Duration.ofSeconds(60);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String url;
    private final String email;
    private final List<String> credentials;

    private TestClient(String url, String email, List<String> credentials) {
        this.url = url;
        this.email = email;
        this.credentials = credentials;
    }

    /// What came back.
    record Answer(HttpResponse<byte[]> response) {
        int status() {
            return response.statusCode();
        }

        byte[] bytes() {
            return response.body();
        }

        String text() {
            return new String(bytes(), StandardCharsets.UTF_8);
        }

        JsonNode json() {
            try {
                return JSON.readTree(bytes());
            } catch (IOException e) {
                throw new UncheckedIOException(text(), e);
            }
        }

        Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }

        /// The cookie that it sets, as a request has to send it.
        String cookie() {
            return header("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
        }

        Answer is(int status) {
            assertThat(status()).as(text()).isEqualTo(status);
            return this;
        }

        /// A problem with this status and code.
        Answer refuses(int status, String code) {
            is(status);
            assertThat(json().path("code").asText()).as(text()).isEqualTo(code);
            assertThat(json().path("status").asInt()).isEqualTo(status);
            return this;
        }

        /// Whether it is to be asked for again.
        private boolean isNotMadeYet() {
            return status() == 503 && json().path("code").asText().equals("SL-JOB-08");
        }

        /// Where the body was wrong.
        List<String> pointers() {
            return json().path("errors").findValuesAsText("pointer");
        }
    }

    static TestClient anonymous(String url) {
        return new TestClient(url, "", List.of());
    }

    /// With a new account.
    static TestClient signedUp(String url) {
        var email = UUID.randomUUID() + "@example.org";
        var answer = anonymous(url).signUp(email, PASSWORD).is(201);
        return new TestClient(url, email, List.of("Cookie", answer.cookie()));
    }

    TestClient withCookie(String cookie) {
        return new TestClient(url, email, List.of("Cookie", cookie));
    }

    TestClient withToken(String secret) {
        return new TestClient(url, email, List.of("Authorization", "Bearer " + secret));
    }

    /// The same session at a server that was started again.
    TestClient at(String elsewhere) {
        return new TestClient(elsewhere, email, credentials);
    }

    String email() {
        return email;
    }

    /// The header that carries its session or token, `Name: value`.
    String credentialLine() {
        return String.join(": ", credentials);
    }

    Answer signUp(String email, String password) {
        return post("/api/v1/accounts", credentials(email, password));
    }

    Answer signIn(String email, String password) {
        return post("/api/v1/session", credentials(email, password));
    }

    Answer get(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    Answer delete(String path, String... headers) {
        return send("DELETE", path, BodyPublishers.noBody(), headers);
    }

    Answer post(String path, String json, String... headers) {
        var all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("Content-Type", "application/json"));
        return send("POST", path, BodyPublishers.ofString(json), all.toArray(String[]::new));
    }

    Answer put(String path, String json, String... headers) {
        var all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("Content-Type", "application/json"));
        return send("PUT", path, BodyPublishers.ofString(json), all.toArray(String[]::new));
    }

    Answer changePassword(String current, String next) {
        var body = JSON.createObjectNode().put("current", current).put("new", next);
        return put("/api/v1/account/password", body.toString());
    }

    Answer upload(byte[] bytes, String... headers) {
        return send("POST", "/api/v1/photos", BodyPublishers.ofByteArray(bytes), headers);
    }

    /// As a form with one part.
    Answer uploadForm(String part, String fileName, byte[] bytes) throws IOException {
        var form = new ByteArrayOutputStream();
        form.writeBytes(
                ("--XXX\r\nContent-Disposition: form-data; name=\""
                                + part
                                + "\"; filename=\""
                                + fileName
                                + "\"\r\nContent-Type: text/plain\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8));
        form.writeBytes(bytes);
        form.writeBytes("\r\n--XXX--\r\n".getBytes(StandardCharsets.UTF_8));
        return upload(form.toByteArray(), "Content-Type", "multipart/form-data; boundary=XXX");
    }

    /// The id of a new photo.
    String photo(byte[] bytes) {
        return upload(bytes).is(201).json().path("id").asText();
    }

    /// The answer to who asks for a thumbnail until it is made, as the page does: the server waits
    /// for it some seconds only, which a worker that has just been started may outlast.
    Answer thumbnail(String photo) {
        return Deadline.of(THUMBNAIL_MOST)
                .present(() ->
                        Optional.of(get("/api/v1/photos/" + photo + "/thumbnail"))
                                .filter(answer -> !answer.isNotMadeYet()));
    }

    /// Hands in a job; `operations` is what stands between the brackets.
    Answer job(String photo, String operations, String... headers) {
        return post(
                "/api/v1/jobs",
                "{\"photo\": \"%s\", \"operations\": [%s]}".formatted(photo, operations),
                headers);
    }

    /// Hands in a batch; `operations` is what stands between the brackets.
    Answer batch(String operations, String... photos) {
        return keyedBatch(operations, List.of(photos));
    }

    Answer keyedBatch(String operations, List<String> photos, String... headers) {
        return post(
                "/api/v1/batches",
                "{\"photos\": [\"%s\"], \"operations\": [%s]}"
                        .formatted(String.join("\", \"", photos), operations),
                headers);
    }

    /// The job once it has ended.
    JsonNode ended(String job) {
        var deadline = Instant.now().plus(JOB_MOST);
        while (true) {
            var now = get("/api/v1/jobs/" + job, "Prefer", "wait=10").is(200).json();
            if (!List.of("queued", "running").contains(now.path("state").asText())) return now;
            assertThat(Instant.now()).as("%s", now).isBefore(deadline);
        }
    }

    Answer send(String method, String path, BodyPublisher body, String... headers) {
        var request =
                HttpRequest.newBuilder(URI.create(url + path))
                        .timeout(ANSWER_MOST)
                        .method(method, body);
        for (var list : List.of(credentials, List.of(headers)))
            for (int i = 0; i < list.size(); i += 2) request.header(list.get(i), list.get(i + 1));
        try {
            var answer =
                    new Answer(HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
            if (!method.equals("HEAD") && answer.status() >= 400) checkProblem(answer);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void checkProblem(Answer answer) {
        if (answer.response.uri().getPath().startsWith("/health/")) return;
        assertThat(answer.header("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.text()).doesNotContain("at safelight.", "Exception");
    }

    private static String credentials(String email, String password) {
        return JSON.createObjectNode().put("email", email).put("password", password).toString();
    }
}
