package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What people rely on when they upload, look at and delete photos.
class PhotoApiIT {
    private static final String PHOTOS = "/api/v1/photos";
    private static final String AVATAR = "/api/v1/account/avatar";

    @TempDir static Path folder;

    static ServerProcess server;
    static TestClient client;

    @BeforeAll
    static void start() throws IOException {
        server = ServerProcess.start(folder.resolve("data"));
        client = TestClient.signedUp(server.url());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void rawUploadIsDescribedByItsBytesAndNotByItsClaims() throws Exception {
        var bytes = Shots.noise(40, 30, "png", 1);

        var answer =
                client.upload(
                        bytes, "Content-Type", "image/jpeg", "X-File-Name", "caf%C3%A9+1%2F2.jpg");

        var photo = answer.is(201).json();
        assertThat(photo.path("format").asText()).isEqualTo("png");
        assertThat(photo.path("width").asInt()).isEqualTo(40);
        assertThat(photo.path("height").asInt()).isEqualTo(30);
        assertThat(photo.path("bytes").asInt()).isEqualTo(bytes.length);
        assertThat(photo.path("digest").asText()).isEqualTo(sha256(bytes));
        assertThat(photo.path("name").asText()).isEqualTo("café+1_2.jpg");
        assertThat(answer.header("Location")).hasValue(PHOTOS + "/" + photo.path("id").asText());
        assertThat(client.get(answer.header("Location").orElseThrow()).json()).isEqualTo(photo);
    }

    @Test
    void formUploadIsTheSame() throws IOException {
        var bytes = Shots.noise(41, 31, "jpg", 2);

        var photo = client.uploadForm("file", "C:\\me\\a.txt", bytes).is(201).json();

        assertThat(photo.path("format").asText()).isEqualTo("jpeg");
        assertThat(photo.path("width").asInt()).isEqualTo(41);
        assertThat(photo.path("name").asText()).doesNotContain("\\", "/").endsWith("a.txt");
        assertThat(content(photo.path("id").asText())).isEqualTo(bytes);
    }

    @Test
    void turnedPhotoIsMeasuredUpright() {
        var photo = client.upload(Shots.turned(Shots.noise(40, 30, "jpg", 3), 6)).is(201).json();

        assertThat(photo.path("width").asInt()).isEqualTo(30);
        assertThat(photo.path("height").asInt()).isEqualTo(40);
    }

    @Test
    void equalBytesUploadedTwiceAreTwoPhotos() {
        var bytes = Shots.noise(20, 20, "png", 4);
        var one = client.photo(bytes);
        var two = client.photo(bytes);

        client.delete(PHOTOS + "/" + one).is(204);

        assertThat(one).isNotEqualTo(two);
        assertThat(content(two)).isEqualTo(bytes);
    }

    @Test
    void thumbnailIsSmallAndKeepsTheProportions() {
        var photo = client.photo(Shots.noise(1200, 600, "jpg", 5));

        var answer = client.thumbnail(photo).is(200);

        var image = Shots.opened(answer.bytes());
        assertThat(image.getWidth()).isEqualTo(512);
        assertThat(image.getHeight()).isEqualTo(256);
        assertThat(answer.header("Content-Type")).hasValue("image/jpeg");
    }

    @Test
    void thumbnailOfASmallPhotoIsNotLarger() {
        var photo = client.photo(Shots.noise(60, 40, "png", 6));

        var image = Shots.opened(client.thumbnail(photo).is(200).bytes());

        assertThat(image.getWidth()).isEqualTo(60);
    }

    @Test
    void pagesHoldEveryPhotoOnceNewestFirst() {
        var owner = TestClient.signedUp(server.url());
        var uploaded = new ArrayList<String>();
        for (int i = 0; i < 5; i++)
            uploaded.addFirst(owner.photo(Shots.noise(8, 8, "png", 100 + i)));

        var seen = new ArrayList<String>();
        var path = PHOTOS + "?limit=2";
        for (int page = 0; page < 3; page++) {
            var answer = owner.get(path).is(200).json();
            answer.path("photos").forEach(p -> seen.add(p.path("id").asText()));
            assertThat(answer.has("next")).isEqualTo(page < 2);
            path = PHOTOS + "?limit=2&cursor=" + answer.path("next").asText();
        }

        assertThat(seen).isEqualTo(uploaded);
    }

    @Test
    void wrongPagingIsRefused() {
        for (var query : new String[] {"limit=0", "limit=201", "limit=x", "cursor=x", "cursor="})
            client.get(PHOTOS + "?" + query).refuses(422, "SL-WEB-10");
    }

    @Test
    void anotherAccountsPhotoIsNotThere() {
        var photo = client.photo(Shots.noise(9, 9, "png", 7));
        var stranger = TestClient.signedUp(server.url());

        for (var rest : new String[] {"", "/content", "/thumbnail"})
            stranger.get(PHOTOS + "/" + photo + rest).refuses(404, "SL-PHOTO-06");
        stranger.delete(PHOTOS + "/" + photo).refuses(404, "SL-PHOTO-06");
        stranger.job(photo, "").refuses(404, "SL-PHOTO-06");
        client.get(PHOTOS + "/" + photo).is(200);
        client.get(PHOTOS + "/nonsense").refuses(404, "SL-PHOTO-06");
    }

    @Test
    void avatarIsASquareAndNotAmongThePhotos() {
        var owner = TestClient.signedUp(server.url());
        owner.get(AVATAR).refuses(404, "SL-WEB-12");

        setAvatar(owner, Shots.noise(400, 300, "jpg", 8));

        var image = Shots.opened(owner.get(AVATAR).is(200).bytes());
        assertThat(image.getWidth()).isEqualTo(256);
        assertThat(image.getHeight()).isEqualTo(256);
        assertThat(owner.get("/api/v1/session").json().at("/account/avatar").asBoolean()).isTrue();
        assertThat(owner.get(PHOTOS).json().path("photos")).isEmpty();
    }

    @Test
    void newAvatarTakesThePlaceOfTheOldAndOfItsSource() throws IOException {
        var owner = TestClient.signedUp(server.url());
        var before = blobs();
        setAvatar(owner, Shots.noise(401, 301, "jpg", 9));
        var old = owner.get(AVATAR).is(200);

        setAvatar(owner, Shots.noise(402, 302, "jpg", 10));

        var tag = old.header("ETag").orElseThrow();
        assertThat(owner.get(AVATAR, "If-None-Match", tag).is(200).bytes())
                .isNotEqualTo(old.bytes());
        Deadline.of(Duration.ofSeconds(20)).until(() -> blobs().size() == before.size() + 2);
    }

    @Test
    void deleteTakesResultsAndBytesToo() throws IOException {
        var owner = TestClient.signedUp(server.url());
        var before = blobs();
        var photo = owner.photo(Shots.noise(700, 700, "jpg", 11));
        owner.thumbnail(photo).is(200);
        var job = owner.job(photo, "{\"op\": \"blur\", \"sigma\": 1}").is(202).json().path("id");
        var result = owner.ended(job.asText()).at("/result/photo").asText();
        owner.get(PHOTOS + "/" + result).is(200);
        owner.thumbnail(result).is(200);
        assertThat(blobs().size()).isGreaterThan(before.size());

        owner.delete(PHOTOS + "/" + photo).is(204);

        owner.get(PHOTOS + "/" + photo).is(404);
        owner.get(PHOTOS + "/" + result).is(404);
        owner.get("/api/v1/jobs/" + job.asText() + "/result").refuses(404, "SL-JOB-05");
        assertThat(owner.get(PHOTOS).json().path("photos")).isEmpty();
        assertThat(blobs()).isEqualTo(before);
        owner.delete(PHOTOS + "/" + photo).is(404);
    }

    private static void setAvatar(TestClient owner, byte[] bytes) {
        var job = owner.send("PUT", AVATAR, BodyPublishers.ofByteArray(bytes)).is(202).json();
        assertThat(owner.ended(job.path("id").asText()).path("state").asText())
                .isEqualTo("succeeded");
    }

    private static byte[] content(String photo) {
        return client.get(PHOTOS + "/" + photo + "/content").is(200).bytes();
    }

    private static Set<Path> blobs() throws IOException {
        return DataFolder.blobs(folder.resolve("data"));
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
