package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Two people at one server with all that can be moved to another: accounts, tokens, photos, a
/// profile picture, results, a dead job, and open ones when the server stops. Filled at a server of
/// {@link FaultyMain} with `jobs.time-most` long and one slot; then looked at elsewhere.
final class Household {
    /// So that one job hangs, and the next one waits behind it, until the server stops.
    static final List<String> OPTIONS =
            List.of(
                    "--set",
                    "worker.slots=1",
                    "--set",
                    "worker.drain=1s",
                    "--set",
                    "jobs.time-most=1h",
                    "--set",
                    "jobs.pause-first=100ms");

    private static final String API = "/api/v1";
    private static final String KEY = "asked-once";

    private final String administrator;
    private final String other;
    private final String token;
    private final String key;
    private final Map<String, byte[]> bytes = new HashMap<>();
    private final Map<String, JsonNode> ended = new HashMap<>();
    private final List<String> open = new ArrayList<>();
    private final String dead;
    private final JsonNode photos;
    private final JsonNode tokens;
    private final byte[] avatar;

    private Household(String url) throws InterruptedException {
        var person = TestClient.signedUp(url);
        var second = TestClient.signedUp(url);
        administrator = person.email();
        other = second.email();
        token = person.post(API + "/tokens", "{\"name\": \"ci\"}").json().path("secret").asText();
        person.post(API + "/tokens", "{\"name\": \"spare\"}").is(201);
        var client = person.withToken(token);
        var face = BodyPublishers.ofByteArray(jpeg(9));
        var making = client.send("PUT", API + "/account/avatar", face).is(202).json();
        client.ended(making.path("id").asText());
        second.photo(jpeg(1));
        var photo = client.photo(jpeg(1));
        client.photo(jpeg(2));
        key = photo;
        var done = client.job(photo, crop(10), "Idempotency-Key", KEY).is(202).json();
        var plain = client.job(photo, crop(20)).is(202).json().path("id").asText();
        dead = client.job(photo, blur(66)).is(202).json().path("id").asText();
        for (var job : List.of(done.path("id").asText(), plain, dead))
            ended.put(job, client.ended(job));
        assertThat(ended.get(dead).path("state").asText()).isEqualTo("failed");
        open.add(client.job(photo, blur(77)).is(202).json().path("id").asText());
        Deadline.of(java.time.Duration.ofSeconds(60))
                .until(() -> state(client, open.getFirst()).equals("running"));
        open.add(client.job(photo, crop(30)).is(202).json().path("id").asText());
        photos = client.get(API + "/photos?limit=200").is(200).json().path("photos");
        tokens = client.get(API + "/tokens").is(200).json().path("tokens");
        avatar = client.get(API + "/account/avatar").is(200).bytes();
        for (var each : photos) {
            var id = each.path("id").asText();
            bytes.put(id, client.get(content(id)).is(200).bytes());
        }
    }

    /// Comes to be at this server.
    static Household at(String url) throws InterruptedException {
        return new Household(url);
    }

    /// Everything is there that was, and works; open jobs run to their end.
    void assertMovedTo(String url) {
        var guest = TestClient.anonymous(url);
        guest.signIn(administrator, "wrong password").is(401);
        var cookie = guest.signIn(administrator, TestClient.PASSWORD).is(200).cookie();
        var person = guest.withCookie(cookie);
        var client = guest.withToken(token);
        assertSame(client);
        assertThat(person.get(API + "/session").json().at("/account/administrator").asBoolean())
                .isTrue();
        for (var job : open)
            assertThat(client.ended(job).path("state").asText()).as(job).isEqualTo("succeeded");
        var again = client.job(key, crop(10), "Idempotency-Key", KEY);
        assertThat(ended).containsKey(again.json().path("id").asText());

        assertThat(person.get(API + "/jobs/dead").is(200).json().at("/jobs/0/id").asText())
                .isEqualTo(dead);
        client.post(API + "/jobs/" + dead + "/retry", "").is(202);
        assertThat(client.ended(dead).path("state").asText()).isEqualTo("succeeded");
        assertThat(client.get(API + "/photos?limit=200").json().path("photos"))
                .hasSize(photos.size() + 3);
        client.thumbnail(key).is(200);

        var second = guest.withCookie(guest.signIn(other, TestClient.PASSWORD).is(200).cookie());
        second.get(API + "/jobs/dead?account=00000000000000000000000000").refuses(403, "SL-WEB-08");
        assertThat(second.get(API + "/photos").json().path("photos")).hasSize(1);
        TestClient.signedUp(url)
                .get(API + "/jobs/dead?account=00000000000000000000000000")
                .refuses(403, "SL-WEB-08");
    }

    private void assertSame(TestClient client) {
        var now = client.get(API + "/photos?limit=200").is(200).json().path("photos");
        assertThat(now).containsAll(photos);
        for (var entry : bytes.entrySet())
            assertThat(client.get(content(entry.getKey())).is(200).bytes())
                    .isEqualTo(entry.getValue());
        assertThat(client.get(API + "/account/avatar").is(200).bytes()).isEqualTo(avatar);
        for (var entry : ended.entrySet())
            assertThat(client.get(API + "/jobs/" + entry.getKey()).is(200).json())
                    .isEqualTo(entry.getValue());
        assertThat(client.get(API + "/jobs?limit=200").json().path("jobs"))
                .hasSize(ended.size() + open.size());
        var names = client.get(API + "/tokens").json().path("tokens").findValuesAsText("id");
        assertThat(names).isEqualTo(tokens.findValuesAsText("id"));
    }

    private static String state(TestClient client, String job) {
        return client.get(API + "/jobs/" + job).json().path("state").asText();
    }

    private static String content(String photo) {
        return API + "/photos/" + photo + "/content";
    }

    private static byte[] jpeg(long seed) {
        return Client.jpeg(400, 300, seed);
    }

    private static String crop(int left) {
        return "{\"op\":\"crop\",\"left\":%d,\"top\":0,\"width\":100,\"height\":80}"
                .formatted(left);
    }

    private static String blur(int sigma) {
        return "{\"op\":\"blur\",\"sigma\":%d}".formatted(sigma);
    }
}
