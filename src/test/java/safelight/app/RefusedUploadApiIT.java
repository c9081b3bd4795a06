package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What cannot be a photo is refused in words, and changes nothing. That nothing changed is looked
/// at after each test.
class RefusedUploadApiIT {
    private static final String PHOTOS = "/api/v1/photos";
    private static final long MEBI = 1 << 20;

    @TempDir static Path folder;

    static ServerProcess server;
    static TestClient client;
    static byte[] large;

    private Set<Path> before;

    @BeforeAll
    static void start() throws IOException {
        server = ServerProcess.start(folder.resolve("data"), "--set", "photos.size-most=1MiB");
        client = TestClient.signedUp(server.url());
        client.photo(Shots.noise(10, 10, "png", 1));
        large = Shots.noise(800, 600, "png", 2);
        assertThat(large.length).isGreaterThan((int) MEBI);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void look() throws IOException {
        before = DataFolder.blobs(folder.resolve("data"));
    }

    @AfterEach
    void nothingChanged() throws IOException {
        assertThat(client.get(PHOTOS).json().path("photos")).hasSize(1);
        assertThat(DataFolder.blobs(folder.resolve("data"))).isEqualTo(before);
        assertThat(DataFolder.leftovers(folder.resolve("data"))).isEmpty();
    }

    @Test
    void textDrawingsAndDocumentsAreNoPhotos() throws IOException {
        for (var text :
                new String[] {
                    "hello",
                    "",
                    "<svg xmlns='http://www.w3.org/2000/svg'/>",
                    "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
                    "%PDF-1.7\n1 0 obj"
                }) {
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            client.upload(bytes, "Content-Type", "image/png").refuses(415, "SL-PHOTO-01");
            client.uploadForm("file", "a.png", bytes).refuses(415, "SL-PHOTO-01");
        }
    }

    @Test
    void cutOffJpegIsDamaged() {
        var jpeg = Shots.noise(100, 100, "jpg", 3);

        for (int part : new int[] {3, 20, jpeg.length / 2, jpeg.length - 2})
            client.upload(Arrays.copyOf(jpeg, part)).refuses(422, "SL-PHOTO-02");
    }

    @Test
    void promiseOfTooManyPixelsIsNotDecoded() {
        client.upload(Shots.promising(65_536, 65_536)).refuses(422, "SL-PHOTO-03");
        client.upload(Shots.promising(10_001, 10_000)).refuses(422, "SL-PHOTO-03");
    }

    @Test
    void tooManyBytesAreRefusedHoweverTheyCome() throws IOException {
        client.upload(large).refuses(413, "SL-BLOB-01");
        client.send(
                        "POST",
                        PHOTOS,
                        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))
                .refuses(413, "SL-BLOB-01");
        client.uploadForm("file", "a.png", large).refuses(413, "SL-BLOB-01");
        client.uploadForm("file", "a.png", Arrays.copyOf(large, 10 << 20))
                .refuses(413, "SL-BLOB-01");
    }

    @Test
    void photoOfExactlyTheLimitIsJudgedByItsBytes() throws IOException {
        var most = Arrays.copyOf("no picture".getBytes(StandardCharsets.UTF_8), (int) MEBI);

        client.upload(most).refuses(415, "SL-PHOTO-01");
        client.uploadForm("file", "a.png", most).refuses(415, "SL-PHOTO-01");
        client.upload(Arrays.copyOf(most, (int) MEBI + 1)).refuses(413, "SL-BLOB-01");
        client.uploadForm("file", "a.png", Arrays.copyOf(most, (int) MEBI + 1))
                .refuses(413, "SL-BLOB-01");
    }

    @Test
    void avatarIsRefusedLikeAPhoto() {
        client.send("PUT", "/api/v1/account/avatar", BodyPublishers.ofByteArray(large))
                .refuses(413, "SL-BLOB-01");
        client.send("PUT", "/api/v1/account/avatar", BodyPublishers.ofString("hello"))
                .refuses(415, "SL-PHOTO-01");
    }

    @Test
    void refusalIsReadableThoughTheBodyIsLarge() {
        var nobody = TestClient.anonymous(server.url());

        nobody.upload(Arrays.copyOf(large, 2 << 20)).refuses(401, "SL-SESSION-04");
        client.upload(Arrays.copyOf(large, 2 << 20), "Sec-Fetch-Site", "cross-site")
                .refuses(403, "SL-WEB-06");
        client.send("POST", "/nowhere", BodyPublishers.ofByteArray(large))
                .refuses(404, "SL-WEB-01");
        client.send("PUT", PHOTOS, BodyPublishers.ofByteArray(large)).refuses(405, "SL-WEB-02");
        client.post("/api/v1/tokens", "{\"name\": \"" + "x".repeat(3 << 20) + "\"}")
                .refuses(413, "SL-WEB-05");
    }

    @Test
    void clientThatAsksBeforeItSendsIsSparedTheSending() throws IOException {
        try (var raw = new RawHttp(server.url())) {
            raw.send(head("Content-Length: 50000000\r\nExpect: 100-continue\r\n"));

            assertThat(raw.answer()).startsWith("HTTP/1.1 413 ").contains("SL-BLOB-01");
        }
        try (var raw = new RawHttp(server.url())) {
            raw.send(head("Content-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n"));
            assertThat(raw.head()).startsWith("HTTP/1.1 100 ");

            raw.send("hello");

            assertThat(raw.answer()).startsWith("HTTP/1.1 415 ");
        }
    }

    @Test
    void formThatIsNoneIsRefused() throws IOException {
        var png = Shots.noise(10, 10, "png", 5);

        assertThat(client.uploadForm("photo", "a.png", png).refuses(422, "SL-WEB-04").pointers())
                .containsExactly("/file");
        for (var type : List.of("multipart/form-data", "Multipart/Form-Data; boundary="))
            client.upload(png, "Content-Type", type).refuses(415, "SL-WEB-07");
        var type = "multipart/form-data; boundary=XXX";
        client.upload(png, "Content-Type", type).refuses(400, "SL-BLOB-05");
        var half = "--XXX\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nhal";
        client.upload(half.getBytes(StandardCharsets.UTF_8), "Content-Type", type)
                .refuses(400, "SL-BLOB-05");
        client.upload(png, "X-File-Name", "%zz").refuses(422, "SL-WEB-10");
    }

    @Test
    void formOfManyPartsIsRefused() {
        var form = new StringBuilder();
        for (int i = 0; i < 100; i++)
            form.append("--XXX\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n");
        form.append("--XXX--\r\n");

        client.upload(
                        form.toString().getBytes(StandardCharsets.UTF_8),
                        "Content-Type",
                        "multipart/form-data; boundary=XXX")
                .refuses(413, "SL-BLOB-01");
    }

    @Test
    void uploadThatBreaksOffLeavesNothing() throws IOException {
        var png = Shots.noise(100, 100, "png", 6);
        try (var raw = new RawHttp(server.url())) {
            raw.send(head("Content-Length: " + png.length + "\r\n"));
            raw.send(png, 0, png.length / 2);
            Deadline.of(Duration.ofSeconds(10))
                    .until(() -> !DataFolder.leftovers(folder.resolve("data")).isEmpty());
        }

        Deadline.of(Duration.ofSeconds(10))
                .until(() -> DataFolder.leftovers(folder.resolve("data")).isEmpty());
    }

    @Test
    void hundredAndOneMebibytesAreTooManyByDefault() throws IOException {
        long size = 101 * MEBI;
        try (var usual = ServerProcess.start(folder.resolve("usual"))) {
            var owner = TestClient.signedUp(usual.url());
            var known =
                    BodyPublishers.fromPublisher(
                            BodyPublishers.ofInputStream(() -> zeros(size)), size);
            var chunked = BodyPublishers.ofInputStream(() -> zeros(size));

            owner.send("POST", PHOTOS, known).refuses(413, "SL-BLOB-01");
            owner.send("POST", PHOTOS, chunked).refuses(413, "SL-BLOB-01");

            assertThat(DataFolder.blobs(folder.resolve("usual"))).isEmpty();
            assertThat(owner.get(PHOTOS).json().path("photos")).isEmpty();
        }
    }

    private static String head(String lines) {
        return "POST /api/v1/photos HTTP/1.1\r\nHost: localhost\r\n"
                + client.credentialLine()
                + "\r\n"
                + lines
                + "\r\n";
    }

    private static InputStream zeros(long size) {
        return new InputStream() {
            private long left = size;

            @Override
            public int read() {
                return left-- > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] to, int from, int length) {
                if (left <= 0) return -1;
                int count = (int) Math.min(length, left);
                Arrays.fill(to, from, from + count, (byte) 0);
                left -= count;
                return count;
            }
        };
    }
}
