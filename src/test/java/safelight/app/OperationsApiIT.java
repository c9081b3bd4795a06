package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Watermarks, colours and animations, from the request to the result.
class OperationsApiIT {
    private static final String JOBS = "/api/v1/jobs";

    /// Two frames, black and white, 16x16.
    private static final byte[] ANIMATION =
            Base64.getDecoder()
                    .decode(
                            "R0lGODlhEAAQAIAAAEdwTAAAACH/C05FVFNDQVBFMi4wAwEAAAAh+QQFCgAAACwAAAAAEAAQAAACDoyP"
                                    + "qcvtD6OctNqLsz4FACH5BAUUAAAALAAAAAAQABAAgEdwTP///wIOjI+py+0Po5y02ouz"
                                    + "PgUAOw==");

    @TempDir static Path folder;

    static ServerProcess server;
    static TestClient client;
    static String photo;

    @BeforeAll
    static void start() throws IOException {
        server = ServerProcess.start(folder.resolve("data"));
        client = TestClient.signedUp(server.url());
        photo = client.photo(Shots.plain(300, 200));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static JsonNode done(String photo, String operations) {
        var job = client.job(photo, operations, "Prefer", "wait=30").is(200).json();
        assertThat(job.path("state").asText()).as("%s", job).isEqualTo("succeeded");
        return job;
    }

    private static JsonNode photoOf(String id) {
        return client.get("/api/v1/photos/" + id).is(200).json();
    }

    @Test
    void everyNewOperationGivesItsResult() {
        var job =
                done(
                        photo,
                        """
                        {"op": "crop", "aspect": "1:1", "gravity": "attention"},
                        {"op": "adjust", "brightness": 1.2, "saturation": 0.5}, {"op": "grayscale"},
                        {"op": "watermark", "text": "\u00a9 \uc0ac\uc9c4 2026", "opacity": 1}\
                        """);

        assertThat(job.at("/result/width").asInt()).isEqualTo(200);
        assertThat(job.at("/result/frames").asInt()).isEqualTo(1);
        assertThat(job.at("/result/flags").isMissingNode()).isTrue();
        assertThat(job.at("/operations/3/text").asText()).isEqualTo("\u00a9 \uc0ac\uc9c4 2026");
        var image = Shots.opened(client.get(job.at("/result/url").asText()).is(200).bytes());
        int bright = 0;
        for (int y = 100; y < 200; y++)
            for (int x = 100; x < 200; x++) if ((image.getRGB(x, y) & 0xff) > 200) bright++;
        assertThat(bright).isGreaterThan(20);
        assertThat(image.getRGB(20, 20) & 0xffffff).isZero();
    }

    @Test
    void watermarkIsShownByItsDigestAndOutlivesItsPhotoInResults() {
        var mark = client.photo(Shots.noise(40, 40, "png", 5));
        var digest = photoOf(mark).path("digest").asText();
        var operation =
                "{\"op\": \"watermark\", \"photo\": \"%s\", \"opacity\": 1}".formatted(mark);

        var job = done(photo, operation);
        client.delete("/api/v1/photos/" + mark).is(204);

        assertThat(job.at("/operations/0/digest").asText()).isEqualTo(digest);
        assertThat(job.at("/operations/0").has("photo")).isFalse();
        client.get(job.at("/result/url").asText()).is(200);
        assertThat(client.job(photo, operation).refuses(422, "SL-WEB-04").pointers())
                .containsExactly("/operations/0/photo");
    }

    @Test
    void jobWhoseWatermarkIsDeletedMeanwhileFailsForGood() throws Exception {
        var mark = client.photo(Shots.noise(40, 40, "png", 6));
        var operation = "{\"op\": \"watermark\", \"photo\": \"%s\"}".formatted(mark);
        String id;
        try (var _ = new Stopped(server.worker())) {
            id =
                    client.job(photo, operation, "Prefer", "wait=0")
                            .is(202)
                            .json()
                            .path("id")
                            .asText();
            client.delete("/api/v1/photos/" + mark).is(204);
        }

        var job = client.ended(id);

        assertThat(job.at("/error/code").asText()).as("%s", job).isEqualTo("SL-RECIPE-02");
        assertThat(job.at("/error/retryable").asBoolean()).isFalse();
        assertThat(job.path("attempt").asInt()).isEqualTo(1);
    }

    @Test
    void animationStaysOneUnlessItsFormatCannot() {
        var moving = client.photo(ANIMATION);
        assertThat(photoOf(moving).path("frames").asInt()).isEqualTo(2);

        var all = done(moving, "{\"op\": \"resize\", \"width\": 8}");
        var body =
                "{\"photo\": \"%s\", \"operations\": [], \"output\": {\"format\": \"png\"}}"
                        .formatted(moving);
        var first = client.post(JOBS, body, "Prefer", "wait=30").is(200).json();

        assertThat(all.at("/result/format").asText()).isEqualTo("webp");
        assertThat(all.at("/result/frames").asInt()).isEqualTo(2);
        assertThat(all.at("/result/flags").isMissingNode()).isTrue();
        assertThat(photoOf(all.at("/result/photo").asText()).path("frames").asInt()).isEqualTo(2);
        assertThat(first.at("/result/frames").asInt()).isEqualTo(1);
        assertThat(first.at("/result/flags"))
                .extracting(f -> f.asText())
                .containsExactly("first-frame");
        assertThat(client.get(JOBS + "/" + first.path("id").asText()).json().at("/result/flags"))
                .isEqualTo(first.at("/result/flags"));
    }

    @Test
    void formatsTellWhatMayMove() {
        var formats = client.get("/api/v1/formats").is(200).json();

        assertThat(formats.at("/animated/encode"))
                .extracting(f -> f.asText())
                .containsExactly("webp");
        assertThat(formats.at("/animated/decode"))
                .extracting(f -> f.asText())
                .containsExactly("gif", "webp");
        assertThat(formats.toString()).doesNotContain("frames:");
    }
}
