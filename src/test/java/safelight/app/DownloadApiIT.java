package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What browsers and download tools rely on when they fetch a photo's bytes (RFC 9110).
class DownloadApiIT {
    @TempDir static Path folder;

    static ServerProcess server;
    static TestClient client;
    static byte[] bytes;
    static String path;
    static String tag;

    @BeforeAll
    static void start() throws IOException {
        server = ServerProcess.start(folder.resolve("data"));
        client = TestClient.signedUp(server.url());
        bytes = Shots.noise(100, 80, "png", 1);
        var photo = client.upload(bytes, "X-File-Name", "my%20cat.jpeg").is(201).json();
        path = "/api/v1/photos/" + photo.path("id").asText() + "/content";
        tag = '"' + photo.path("digest").asText() + '"';
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void bytesComeAsTheyWereAndMayBeKept() {
        var answer = client.get(path).is(200);

        assertThat(answer.bytes()).isEqualTo(bytes);
        assertThat(answer.header("Content-Type")).hasValue("image/png");
        assertThat(answer.header("ETag")).hasValue(tag);
        assertThat(answer.header("Cache-Control"))
                .hasValueSatisfying(c -> assertThat(c).contains("private", "immutable"));
        assertThat(answer.header("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(answer.header("Content-Disposition"))
                .hasValue("inline; filename*=UTF-8''my%20cat.png");
        assertThat(client.get(path + "?download").header("Content-Disposition").orElseThrow())
                .startsWith("attachment;");
    }

    @Test
    void copyThatIsStillRightIsNotSentAgain() {
        for (var known : new String[] {tag, "W/" + tag, "\"x\", " + tag, "*"}) {
            var answer = client.get(path, "If-None-Match", known).is(304);
            assertThat(answer.bytes()).isEmpty();
            assertThat(answer.header("ETag")).hasValue(tag);
        }
        client.get(path, "If-None-Match", "\"x\"").is(200);
    }

    @Test
    void rangesAreCutOut() {
        int size = bytes.length;
        checkRange("bytes=0-9", 0, 10);
        checkRange("bytes=10-", 10, size);
        checkRange("bytes=-7", size - 7, size);
        checkRange("bytes=5-99999999", 5, size);
    }

    @Test
    void rangeOutsideIsRefused() {
        for (var range : new String[] {"bytes=" + bytes.length + "-", "bytes=99999999-"}) {
            var answer = client.get(path, "Range", range).refuses(416, "SL-WEB-13");
            assertThat(answer.header("Content-Range")).hasValue("bytes */" + bytes.length);
        }
    }

    @Test
    void rangeThatMakesNoSenseIsNotHeeded() {
        for (var range : new String[] {"lines=1-2", "bytes=x-y", "bytes=9-1", "bytes", "bytes="})
            assertThat(client.get(path, "Range", range).is(200).bytes()).isEqualTo(bytes);
    }

    @Test
    void severalRangesAreAnsweredWithEverything() {
        assertThat(client.get(path, "Range", "bytes=0-1,5-9").is(200).bytes()).isEqualTo(bytes);
    }

    @Test
    void rangeOfOtherBytesIsAnsweredWithEverything() {
        assertThat(client.get(path, "Range", "bytes=0-9", "If-Range", tag).is(206).bytes())
                .hasSize(10);
        for (var other : new String[] {"\"x\"", "W/" + tag, "Wed, 21 Oct 2015 07:28:00 GMT"})
            assertThat(client.get(path, "Range", "bytes=0-9", "If-Range", other).is(200).bytes())
                    .isEqualTo(bytes);
    }

    @Test
    void headHasTheHeadersOfGetAndNoBody() {
        var head = client.send("HEAD", path, BodyPublishers.noBody()).is(200);

        assertThat(head.bytes()).isEmpty();
        assertThat(head.header("Content-Length")).hasValue(Integer.toString(bytes.length));
        assertThat(head.header("ETag")).hasValue(tag);
        assertThat(head.header("Content-Type")).hasValue("image/png");
        client.send("HEAD", path, BodyPublishers.noBody(), "If-None-Match", tag).is(304);
        client.send("HEAD", "/api/v1/photos/x/content", BodyPublishers.noBody()).is(404);
        var json = client.send("HEAD", "/api/v1/photos", BodyPublishers.noBody()).is(200);
        assertThat(json.bytes()).isEmpty();
    }

    @Test
    void connectionIsFitForMoreAfterHead() throws IOException {
        try (var raw = new RawHttp(server.url())) {
            var line = " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + client.credentialLine();
            raw.send("HEAD" + line + "\r\n\r\n");
            assertThat(raw.head()).startsWith("HTTP/1.1 200 ");

            raw.send("GET" + line + "\r\nRange: bytes=0-0\r\nConnection: close\r\n\r\n");

            assertThat(raw.answer()).startsWith("HTTP/1.1 206 ");
        }
    }

    private static void checkRange(String range, int from, int to) {
        var answer = client.get(path, "Range", range).is(206);
        assertThat(answer.bytes()).isEqualTo(Arrays.copyOfRange(bytes, from, to));
        assertThat(answer.header("Content-Range"))
                .hasValue("bytes %d-%d/%d".formatted(from, to - 1, bytes.length));
    }
}
