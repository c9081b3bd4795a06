package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.AtOnce;
import safelight.base.Digest;

/// OWASP's rules for sessions ("Session Management Cheat Sheet") as they are seen from outside, one
/// test each. Those about time are in `SessionRulesTest`.
class SessionRulesIT {
    private static final String SESSION = "/api/v1/session";
    private static final String NAME = "__Host-safelight=";
    private static final String FORGED = NAME + "A".repeat(43);

    @TempDir static Path folder;

    static ServerProcess server;

    @BeforeAll
    static void start() throws IOException {
        server =
                ServerProcess.start(
                        folder.resolve("data"), "--set", "sessions.tries-per-address=1000000");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static TestClient.Answer signIn(TestClient client, TestClient from) {
        return from.signIn(client.email(), TestClient.PASSWORD).is(200);
    }

    @Test
    void idHas256RandomBits() {
        var client = TestClient.signedUp(server.url());
        var ids = new HashSet<String>();
        var bits = new int[256];

        for (int i = 0; i < 16; i++) {
            var id = signIn(client, TestClient.anonymous(server.url())).cookie();
            ids.add(id);
            var bytes = Base64.getUrlDecoder().decode(id.substring(NAME.length()));
            assertThat(bytes).hasSize(32);
            for (int b = 0; b < 256; b++) bits[b] += bytes[b / 8] >> (b % 8) & 1;
        }

        assertThat(ids).hasSize(16);
        // Of 256 fair bits, not one in a million runs has ten that never change in 16 ids.
        assertThat(Arrays.stream(bits).filter(sum -> sum == 0 || sum == 16).count()).isLessThan(10);
    }

    @Test
    void unknownIdIsRefusedAndNeverTakenOver() {
        var client = TestClient.signedUp(server.url());
        var fixed = client.withCookie(FORGED);
        fixed.get(SESSION).refuses(401, "SL-SESSION-04");

        var in = fixed.signIn(client.email(), TestClient.PASSWORD).is(200);
        var up = fixed.signUp("fixed@example.org", TestClient.PASSWORD).is(201);

        assertThat(List.of(in.cookie(), up.cookie())).doesNotContain(FORGED);
        fixed.get(SESSION).refuses(401, "SL-SESSION-04");
    }

    @Test
    void signInMakesANewIdAndEndsTheOneBefore() {
        var client = TestClient.signedUp(server.url());

        var again = client.withCookie(signIn(client, client).cookie());

        assertThat(again.credentialLine()).isNotEqualTo(client.credentialLine());
        again.get(SESSION).is(200);
        client.get(SESSION).is(401);
    }

    @Test
    void signUpMakesANewIdAndEndsTheOneBefore() {
        var client = TestClient.signedUp(server.url());

        var up = client.signUp("second@example.org", TestClient.PASSWORD).is(201);

        assertThat(client.withCookie(up.cookie()).get(SESSION).is(200).text())
                .contains("second@example.org");
        client.get(SESSION).is(401);
    }

    @Test
    void changeOfPasswordMakesANewIdAndEndsAllOthers() {
        var client = TestClient.signedUp(server.url());
        var other = client.withCookie(signIn(client, TestClient.anonymous(server.url())).cookie());

        var answer = client.changePassword(TestClient.PASSWORD, "another long password").is(200);

        assertThat(answer.cookie()).isNotEqualTo(client.credentialLine().substring(8));
        client.withCookie(answer.cookie()).get(SESSION).is(200);
        client.get(SESSION).is(401);
        other.get(SESSION).is(401);
    }

    @Test
    void cookieIsForThisHostAndNotForScripts() {
        var client = TestClient.signedUp(server.url());

        for (var answer :
                List.of(
                        signIn(client, client),
                        client.signUp("cookie@example.org", TestClient.PASSWORD).is(201))) {
            var parts = List.of(answer.header("Set-Cookie").orElseThrow().split(";\\s*"));
            assertThat(parts.getFirst()).matches("__Host-safelight=[A-Za-z0-9_-]{43}");
            assertThat(parts).contains("Path=/", "Secure", "HttpOnly", "SameSite=Lax");
            assertThat(parts).noneMatch(p -> p.startsWith("Domain"));
        }
    }

    @Test
    void answersAreNotStored() {
        var client = TestClient.signedUp(server.url());

        for (var answer :
                List.of(
                        client.get(SESSION).is(200),
                        client.signIn(client.email(), "wrong wrong").is(401),
                        client.get("/api/v1/tokens").is(200),
                        client.delete(SESSION).is(204),
                        client.get(SESSION).is(401),
                        signIn(client, client),
                        client.signUp("stored@example.org", TestClient.PASSWORD).is(201)))
            assertThat(answer.header("Cache-Control")).hasValue("no-store");
    }

    @Test
    void changesThatAnotherSiteAsksForAreRefused() {
        var client = TestClient.signedUp(server.url());
        var path = "/api/v1/tokens";
        var body = "{\"name\": \"x\"}";

        client.post(path, body, "Sec-Fetch-Site", "cross-site").refuses(403, "SL-WEB-06");
        client.post(path, body, "Sec-Fetch-Site", "same-site").refuses(403, "SL-WEB-06");
        client.post(path, body, "Origin", "https://evil.example").refuses(403, "SL-WEB-06");
        client.post(path, body, "Origin", "null").refuses(403, "SL-WEB-06");
        client.delete(SESSION, "Sec-Fetch-Site", "cross-site").refuses(403, "SL-WEB-06");
        assertThat(client.get(path).json().path("tokens")).isEmpty();
    }

    @Test
    void idIsTakenFromTheCookieAloneAndNeverFromAnAddress() {
        var client = TestClient.signedUp(server.url());
        var id = client.credentialLine().substring("Cookie: ".length());
        var nobody = TestClient.anonymous(server.url());

        nobody.get(SESSION + "?" + id).is(401);
        nobody.get(SESSION, "X-Session", id.substring(NAME.length())).is(401);
    }

    @Test
    void idShowsInNoAnswerAndNoLog() throws IOException {
        var client = TestClient.signedUp(server.url());
        var secret = client.credentialLine().substring(("Cookie: " + NAME).length());

        var answers = new ArrayList<TestClient.Answer>();
        for (var path : List.of(SESSION, "/api/v1/tokens", "/api/v1/photos", "/nothing", "/"))
            answers.add(client.get(path));
        answers.add(client.post("/api/v1/jobs", "{"));
        answers.add(client.delete("/api/v1/sessions"));
        answers.add(client.get(SESSION));

        assertThat(answers)
                .allSatisfy(a -> {
                    assertThat(a.text()).doesNotContain(secret);
                    assertThat(a.response().headers().map().toString()).doesNotContain(secret);
                });
        assertThat(server.log()).isNotEmpty().doesNotContain(secret);
    }

    @Test
    void signingOutEndsItOnTheServer() {
        var client = TestClient.signedUp(server.url());

        var answer = client.delete(SESSION).is(204);

        assertThat(answer.header("Set-Cookie").orElseThrow())
                .startsWith("__Host-safelight=;")
                .contains("Expires=Thu, 01 Jan 1970");
        client.get(SESSION).refuses(401, "SL-SESSION-04");
    }

    @Test
    void storageKeepsTheDigestAlone() throws IOException {
        var client = TestClient.signedUp(server.url());
        var secret = client.credentialLine().substring(("Cookie: " + NAME).length());
        var digest = Digest.of(secret.getBytes(StandardCharsets.UTF_8)).hex();

        var stored = new StringBuilder();
        try (var files = Files.list(folder.resolve("data"))) {
            for (var file : files.filter(f -> f.toString().contains(".db")).toList())
                stored.append(Files.readString(file, StandardCharsets.ISO_8859_1));
        }

        assertThat(stored.indexOf(digest)).isPositive();
        assertThat(stored.indexOf(secret)).isNegative();
    }

    @Test
    void parallelRequestsOfOneSessionDoNotDisturbEachOther() throws Exception {
        var client = TestClient.signedUp(server.url());

        var made =
                AtOnce.run(
                        16,
                        i ->
                                client.post("/api/v1/tokens", "{\"name\": \"t" + i + "\"}")
                                        .is(201)
                                        .json()
                                        .path("id")
                                        .asText());

        assertThat(client.get("/api/v1/tokens").json().path("tokens").findValuesAsText("id"))
                .containsExactlyInAnyOrderElementsOf(made);
        client.get(SESSION).is(200);
    }
}
