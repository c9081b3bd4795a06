package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.AtOnce;

/// What tus 1.0 asks of a server, call by call, and what is refused.
class TusApiIT {
    private static final String UPLOADS = "/api/v1/uploads";
    private static final String PART = "application/offset+octet-stream";

    @TempDir static Path folder;

    static ServerProcess server;
    static TestClient client;
    static TusCalls tus;
    static byte[] picture;

    @BeforeAll
    static void start() throws IOException {
        server = ServerProcess.start(folder.resolve("data"), "--set", "photos.size-most=1MiB");
        client = TestClient.signedUp(server.url());
        tus = new TusCalls(client, UPLOADS);
        picture = Shots.noise(200, 100, "png", 1);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String begun(long length) {
        var answer = tus.create(length, "a b \u732b.png", BodyPublishers.noBody()).is(201);
        return answer.header("Location").orElseThrow();
    }

    private static String begun() {
        return begun(picture.length);
    }

    private static void assertIsPicture(String photo) {
        var data = client.get("/api/v1/photos/" + photo).is(200).json();
        assertThat(data.path("name").asText()).isEqualTo("a b \u732b.png");
        assertThat(client.get("/api/v1/photos/" + photo + "/content").is(200).bytes())
                .isEqualTo(picture);
    }

    @Test
    void serverSaysWhatItSpeaksToAnybody() {
        var nobody = TestClient.anonymous(server.url());
        for (var path : List.of(UPLOADS, UPLOADS + "/x")) {
            var answer = nobody.send("OPTIONS", path, BodyPublishers.noBody()).is(204);

            assertThat(answer.header("Tus-Version")).hasValue("1.0.0");
            assertThat(answer.header("Tus-Resumable")).hasValue("1.0.0");
            assertThat(answer.header("Tus-Max-Size")).hasValue("1048576");
            assertThat(answer.header("Tus-Checksum-Algorithm")).hasValue("sha1,sha256,md5");
            assertThat(answer.header("Tus-Extension").orElseThrow().split(","))
                    .containsExactlyInAnyOrder(
                            "creation",
                            "creation-with-upload",
                            "checksum",
                            "expiration",
                            "termination");
        }
    }

    @Test
    void partsBecomeAPhoto() {
        var created = tus.create(picture.length, "a b \u732b.png", BodyPublishers.noBody()).is(201);
        var one = created.header("Location").orElseThrow();
        assertThat(one).startsWith(UPLOADS + "/");
        assertThat(created.header("Upload-Offset")).hasValue("0");
        var expires = created.header("Upload-Expires").orElseThrow();
        assertThat(ZonedDateTime.parse(expires, DateTimeFormatter.RFC_1123_DATE_TIME)).isNotNull();

        var first = tus.append(one, 0, picture, 0, 1000).is(204);
        assertThat(first.header("Upload-Offset")).hasValue("1000");
        assertThat(first.header("Safelight-Photo")).isEmpty();
        var between = tus.head(one).is(200);
        assertThat(between.header("Upload-Offset")).hasValue("1000");
        assertThat(between.header("Upload-Length")).hasValue(Integer.toString(picture.length));
        assertThat(between.header("Upload-Metadata").orElseThrow()).startsWith("filename ");
        assertThat(between.header("Cache-Control")).hasValue("no-store");
        assertThat(client.get(one).json().has("photo")).isFalse();
        var last = tus.append(one, 1000, picture, 1000, picture.length).is(204);

        var photo = last.header("Safelight-Photo").orElseThrow();
        assertIsPicture(photo);
        assertThat(tus.head(one).is(200).header("Safelight-Photo")).hasValue(photo);
        var json = client.get(one).is(200).json();
        assertThat(json.path("photo").asText()).isEqualTo(photo);
        assertThat(json.path("offset").asLong()).isEqualTo(picture.length);
        tus.append(one, picture.length, picture, 0, 0).is(204);
        tus.append(one, picture.length, picture, 0, 1).refuses(413, "SL-UPLOAD-05");
    }

    @Test
    void bytesMayComeWithTheCreation() {
        var whole =
                tus.create(
                                picture.length,
                                "a b \u732b.png",
                                BodyPublishers.ofByteArray(picture),
                                "Content-Type",
                                PART)
                        .is(201);
        assertIsPicture(whole.header("Safelight-Photo").orElseThrow());

        var half =
                tus.create(
                                picture.length,
                                "a b \u732b.png",
                                BodyPublishers.ofInputStream(
                                        () -> new ByteArrayInputStream(picture, 0, 500)),
                                "Content-Type",
                                PART)
                        .is(201);
        assertThat(half.header("Upload-Offset")).hasValue("500");
        var one = half.header("Location").orElseThrow();
        var last = tus.append(one, 500, picture, 500, picture.length).is(204);
        assertIsPicture(last.header("Safelight-Photo").orElseThrow());
    }

    @Test
    void tokenAndMethodOverrideServeAsWell() {
        var secret = client.post("/api/v1/tokens", "{\"name\": \"ci\"}").is(201).json();
        var program = new TusCalls(client.withToken(secret.path("secret").asText()), UPLOADS);
        var one =
                program.create(10, "", BodyPublishers.noBody())
                        .is(201)
                        .header("Location")
                        .orElseThrow();

        var answer =
                program.client()
                        .send(
                                "POST",
                                one,
                                BodyPublishers.ofString("hello"),
                                "X-HTTP-Method-Override",
                                "PATCH",
                                "Tus-Resumable",
                                "1.0.0",
                                "Upload-Offset",
                                "0",
                                "Content-Type",
                                PART)
                        .is(204);

        assertThat(answer.header("Upload-Offset")).hasValue("5");
        program.override(one, "DELETE").is(204);
        assertThat(program.head(one).status()).isEqualTo(404);
    }

    @Test
    void checksumIsCompared() throws Exception {
        var one = begun();
        var sha1 = MessageDigest.getInstance("SHA-1").digest(picture);
        var right = "sha1 " + Base64.getEncoder().encodeToString(sha1);

        tus.append(one, 0, picture, 0, 9, "Upload-Checksum", right).refuses(460, "SL-UPLOAD-07");
        tus.append(one, 0, picture, 0, 9, "Upload-Checksum", "crc32 AAAA")
                .refuses(400, "SL-UPLOAD-09");
        assertThat(tus.head(one).header("Upload-Offset")).hasValue("0");
        var last = tus.append(one, 0, picture, 0, picture.length, "Upload-Checksum", right);

        assertIsPicture(last.is(204).header("Safelight-Photo").orElseThrow());
    }

    @Test
    void brokenConnectionKeepsWhatCame() throws IOException {
        var one = begun();
        try (var raw = new RawHttp(server.url())) {
            raw.send(patch(one, picture.length));
            raw.send(picture, 0, 700);
        }

        Deadline.of(Duration.ofSeconds(20))
                .until(() -> tus.head(one).header("Upload-Offset").orElseThrow().equals("700"));
        var last = tus.append(one, 700, picture, 700, picture.length).is(204);
        assertIsPicture(last.header("Safelight-Photo").orElseThrow());
    }

    private static String patch(String one, int length) {
        return "PATCH "
                + one
                + " HTTP/1.1\r\nHost: localhost\r\n"
                + client.credentialLine()
                + "\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: "
                + PART
                + "\r\nContent-Length: "
                + length
                + "\r\n\r\n";
    }

    @Test
    void ofPartsAtOnceOneIsTaken() throws Exception {
        var one = begun();

        var answers = AtOnce.run(6, i -> tus.append(one, 0, picture, 0, 100 + i).status());

        assertThat(answers).containsOnlyOnce(204).containsOnly(204, 409);
    }

    @Test
    void otherVersionsAndHeadersAreRefused() {
        var one = begun();
        var none = BodyPublishers.noBody();
        for (var method : List.of("POST", "PATCH", "DELETE")) {
            var path = method.equals("POST") ? UPLOADS : one;
            for (var version : List.of("0.2.2", "2", ""))
                assertThat(
                                client.send(method, path, none, "Tus-Resumable", version)
                                        .refuses(412, "SL-UPLOAD-08")
                                        .header("Tus-Version"))
                        .hasValue("1.0.0");
        }
        for (var length : List.of("-1", "many", "", "99999999999999999999"))
            client.send("POST", UPLOADS, none, "Tus-Resumable", "1.0.0", "Upload-Length", length)
                    .refuses(400, "SL-UPLOAD-09");
        client.send("POST", UPLOADS, none, "Tus-Resumable", "1.0.0", "Upload-Defer-Length", "1")
                .refuses(400, "SL-UPLOAD-09");
        client.send(
                        "POST",
                        UPLOADS,
                        none,
                        "Tus-Resumable",
                        "1.0.0",
                        "Upload-Length",
                        "9",
                        "Upload-Metadata",
                        "filename !!")
                .refuses(400, "SL-UPLOAD-09");
        tus.create(2 << 20, "", none).refuses(413, "SL-BLOB-01");
        tus.create(9, "", BodyPublishers.ofString("x"), "Content-Type", "text/plain")
                .refuses(415, "SL-WEB-07");
        client.send("PATCH", one, none, "Tus-Resumable", "1.0.0", "Upload-Offset", "0")
                .refuses(415, "SL-WEB-07");
        tus.append(one, 5, picture, 5, 9).refuses(409, "SL-UPLOAD-02");
        tus.append(one, 0, new byte[picture.length + 1], 0, picture.length + 1)
                .refuses(413, "SL-UPLOAD-05");
    }

    @Test
    void uploadsAreTheirOwnersAlone() {
        var one = begun();
        var stranger = new TusCalls(TestClient.signedUp(server.url()), UPLOADS);

        assertThat(stranger.head(one).status()).isEqualTo(404);
        stranger.append(one, 0, picture, 0, 9).refuses(404, "SL-UPLOAD-01");
        stranger.end(one).refuses(404, "SL-UPLOAD-01");
        new TusCalls(TestClient.anonymous(server.url()), UPLOADS)
                .append(one, 0, picture, 0, 9)
                .refuses(401, "SL-SESSION-04");
        tus.append(one, 0, picture, 0, 9, "Sec-Fetch-Site", "cross-site").refuses(403, "SL-WEB-06");
        client.get(UPLOADS + "/x").refuses(404, "SL-UPLOAD-01");
    }

    @Test
    void bytesThatAreNoPhotoEndTheUpload() throws IOException {
        var before = DataFolder.blobs(folder.resolve("data"));
        var text = "no photo".getBytes(StandardCharsets.UTF_8);
        var one = begun(text.length);

        tus.append(one, 0, text, 0, 4).is(204);
        tus.append(one, 4, text, 4, text.length).refuses(415, "SL-PHOTO-01");

        assertThat(tus.head(one).status()).isEqualTo(404);
        var cut = Arrays.copyOf(Shots.noise(100, 100, "jpg", 3), 900);
        tus.create(cut.length, "", BodyPublishers.ofByteArray(cut), "Content-Type", PART)
                .refuses(422, "SL-PHOTO-02");
        tus.create(0, "", BodyPublishers.noBody()).refuses(415, "SL-PHOTO-01");
        assertThat(DataFolder.blobs(folder.resolve("data"))).isEqualTo(before);
    }

    @Test
    void hundredUploadsAreEnough() {
        var busy = new TusCalls(TestClient.signedUp(server.url()), UPLOADS);
        var none = BodyPublishers.noBody();
        for (int i = 0; i < 99; i++) busy.create(9, "", none).is(201);
        var last = busy.create(9, "", none).is(201).header("Location").orElseThrow();

        busy.create(9, "", none).refuses(429, "SL-UPLOAD-03");
        busy.end(last).is(204);
        busy.create(9, "", none).is(201);
    }
}
