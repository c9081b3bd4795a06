package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What people rely on when they sign up, in and out. The rules about sessions themselves are in
/// `SessionRulesIT`.
class AccountApiIT {
    private static final String SESSION = "/api/v1/session";
    private static final String NEXT = "another long password";

    @TempDir static Path folder;

    static ServerProcess server;
    static TestClient first;

    @BeforeAll
    static void start() throws IOException {
        server =
                ServerProcess.start(
                        folder.resolve("data"), "--set", "sessions.tries-per-address=1000000");
        first = TestClient.signedUp(server.url());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void firstAccountAloneIsAdministrator() {
        var second = TestClient.signedUp(server.url());

        assertThat(account(first).path("administrator").asBoolean()).isTrue();
        assertThat(account(second).path("administrator").asBoolean()).isFalse();
    }

    @Test
    void signUpSignsIn() {
        var client = TestClient.signedUp(server.url());

        assertThat(account(client).path("email").asText()).isEqualTo(client.email());
    }

    @Test
    void takenEmailIsRefusedInWhateverCase() {
        var client = TestClient.signedUp(server.url());

        client.signUp(client.email(), TestClient.PASSWORD).refuses(409, "SL-ACCOUNT-01");
        client.signUp(client.email().toUpperCase(Locale.ROOT), TestClient.PASSWORD)
                .refuses(409, "SL-ACCOUNT-01");
    }

    @Test
    void weakAndMalformedSignUpsNameEveryWrongField() {
        var nobody = TestClient.anonymous(server.url());

        assertThat(nobody.signUp("nobody", "short").refuses(422, "SL-ACCOUNT-02").pointers())
                .containsExactlyInAnyOrder("/email", "/password");
        for (var weak : List.of("password123", "aaaaaaaaaa", "x".repeat(257)))
            assertThat(nobody.signUp("a@b.example", weak).is(422).pointers())
                    .containsExactly("/password");
        assertThat(
                        nobody.post("/api/v1/accounts", "{\"email\": 1, \"nme\": \"x\"}")
                                .refuses(422, "SL-WEB-04")
                                .pointers())
                .containsExactlyInAnyOrder("/email", "/nme", "/password");
    }

    @Test
    void wrongPasswordAndUnknownEmailLookAlike() {
        var client = TestClient.signedUp(server.url());

        var wrong = client.signIn(client.email(), "wrong wrong wrong");
        var unknown = client.signIn("nobody@example.org", "wrong wrong wrong");

        assertThat(wrong.refuses(401, "SL-SESSION-01").json().path("detail"))
                .isEqualTo(unknown.refuses(401, "SL-SESSION-01").json().path("detail"));
    }

    @Test
    void tooManyTriesAreRefusedForAWhile() throws IOException {
        try (var strict =
                ServerProcess.start(
                        folder.resolve("strict"), "--set", "sessions.tries-per-email=3")) {
            var client = TestClient.signedUp(strict.url());
            for (int i = 0; i < 3; i++) client.signIn(client.email(), "wrong wrong").is(401);

            var refused = client.signIn(client.email(), TestClient.PASSWORD);

            assertThat(Long.parseLong(refused.header("Retry-After").orElseThrow()))
                    .isBetween(1L, 60L);
            refused.refuses(429, "SL-SESSION-02");
            client.signIn("other@example.org", "wrong wrong").is(401);
        }
    }

    @Test
    void signingOutEverywhereEndsEverySessionAtOnce() {
        var client = TestClient.signedUp(server.url());
        var other = client.withCookie(signIn(client, TestClient.anonymous(server.url())));
        other.get(SESSION).is(200);

        client.delete("/api/v1/sessions").is(204);

        client.get(SESSION).is(401);
        other.get(SESSION).is(401);
        client.withCookie(signIn(client, client)).get(SESSION).is(200);
    }

    @Test
    void changedPasswordIsTheOneThatCounts() {
        var client = TestClient.signedUp(server.url());

        var answer = client.changePassword(TestClient.PASSWORD, NEXT).is(200);

        assertThat(answer.json().at("/account/email").asText()).isEqualTo(client.email());
        client.withCookie(answer.cookie()).get(SESSION).is(200);
        client.signIn(client.email(), TestClient.PASSWORD).refuses(401, "SL-SESSION-01");
        client.signIn(client.email(), NEXT).is(200);
    }

    @Test
    void changeOfPasswordLeavesTokensAndOtherAccounts() {
        var client = TestClient.signedUp(server.url());
        var other = TestClient.signedUp(server.url());
        var issued = client.post("/api/v1/tokens", "{\"name\": \"ci\"}").is(201).json();
        var program = client.withToken(issued.path("secret").asText());

        client.changePassword(TestClient.PASSWORD, NEXT).is(200);

        program.get(SESSION).is(200);
        other.get(SESSION).is(200);
    }

    @Test
    void wrongOrWeakPasswordChangesNothing() {
        var client = TestClient.signedUp(server.url());

        client.changePassword("wrong wrong wrong", NEXT).refuses(403, "SL-ACCOUNT-06");
        assertThat(
                        client.changePassword(TestClient.PASSWORD, "password1")
                                .refuses(422, "SL-ACCOUNT-02")
                                .pointers())
                .containsExactly("/new");
        assertThat(
                        client.put("/api/v1/account/password", "{\"current\": \"x\"}")
                                .refuses(422, "SL-WEB-04")
                                .pointers())
                .containsExactly("/new");
        TestClient.anonymous(server.url())
                .changePassword(TestClient.PASSWORD, NEXT)
                .refuses(401, "SL-SESSION-04");
        client.get(SESSION).is(200);
        client.signIn(client.email(), TestClient.PASSWORD).is(200);
    }

    @Test
    void ownPagesAndProgramsMayChangeThings() {
        var client = TestClient.signedUp(server.url());
        var path = "/api/v1/tokens";
        var body = "{\"name\": \"x\"}";

        client.post(path, body, "Sec-Fetch-Site", "same-origin").is(201);
        client.post(path, body, "Origin", server.url()).is(201);
        var secret = client.post(path, body).is(201).json().path("secret").asText();
        client.withToken(secret).post(path, body, "Sec-Fetch-Site", "cross-site").is(201);
        client.get(path, "Sec-Fetch-Site", "cross-site").is(200);
    }

    @Test
    void tokenWorksUntilItIsRevoked() {
        var client = TestClient.signedUp(server.url());
        var issued = client.post("/api/v1/tokens", "{\"name\": \"ci\"}").is(201).json();
        var program = client.withToken(issued.path("secret").asText());
        assertThat(account(program)).isEqualTo(account(client));
        var listed = client.get("/api/v1/tokens").is(200);
        assertThat(listed.json().at("/tokens/0/name").asText()).isEqualTo("ci");
        assertThat(listed.text()).doesNotContain("secret", issued.path("secret").asText());

        client.delete("/api/v1/tokens/" + issued.path("id").asText()).is(204);

        program.get(SESSION).refuses(401, "SL-SESSION-04");
        client.delete("/api/v1/tokens/" + issued.path("id").asText()).is(404);
    }

    @Test
    void anotherAccountsTokenIsNotThere() {
        var id =
                TestClient.signedUp(server.url())
                        .post("/api/v1/tokens", "{\"name\": \"ci\"}")
                        .json()
                        .path("id")
                        .asText();

        first.delete("/api/v1/tokens/" + id).refuses(404, "SL-ACCOUNT-03");
        first.delete("/api/v1/tokens/nonsense").refuses(404, "SL-ACCOUNT-03");
    }

    @Test
    void unknownSessionsAndTokensAreRefused() {
        var nobody = TestClient.anonymous(server.url());

        for (var client :
                List.of(
                        nobody,
                        nobody.withCookie("__Host-safelight=" + "x".repeat(43)),
                        nobody.withCookie("__Host-safelight=short"),
                        nobody.withToken("slt_" + "x".repeat(43)),
                        nobody.withToken(""))) {
            var answer = client.get(SESSION).refuses(401, "SL-SESSION-04");
            assertThat(answer.header("WWW-Authenticate")).hasValue("Bearer realm=\"safelight\"");
        }
        nobody.get(SESSION, "Authorization", "Basic eDp5").is(401);
    }

    private static JsonNode account(TestClient client) {
        return client.get(SESSION).is(200).json().path("account");
    }

    private static String signIn(TestClient client, TestClient from) {
        return from.signIn(client.email(), TestClient.PASSWORD).is(200).cookie();
    }
}
