package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A job that cannot be is refused before it is accepted, and the answer says where it is wrong.
class RefusedJobApiIT {
    private static final String JOBS = "/api/v1/jobs";

    @TempDir static Path folder;

    static ServerProcess server;
    static TestClient client;
    static String photo;

    @BeforeAll
    static void start() throws IOException {
        server = ServerProcess.start(folder.resolve("data"));
        client = TestClient.signedUp(server.url());
        photo = client.photo(Shots.noise(300, 200, "jpg", 1));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void nothingWasAccepted() {
        assertThat(client.get(JOBS).json().path("jobs")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"op": "explode"}                                                | /operations/0/op
                    {"sigma": 1}                                                     | /operations/0/op
                    {"op": 1}                                                        | /operations/0/op
                    "blur"                                                           | /operations/0
                    null                                                             | /operations/0
                    {"op": "blur", "sigma": -1}                                      | /operations/0/sigma
                    {"op": "blur", "sigma": "2"}                                     | /operations/0/sigma
                    {"op": "blur", "sigma": null}                                    | /operations/0/sigma
                    {"op": "blur", "sigma": 1e300}                                   | /operations/0/sigma
                    {"op": "blur"}                                                   | /operations/0/sigma
                    {"op": "blur", "sigma": 1, "sigmas": 1}                          | /operations/0/sigmas
                    {"op": "sharpen", "amount": -1}                                  | /operations/0/amount
                    {"op": "rotate", "angle": 45}                                    | /operations/0/angle
                    {"op": "resize"}                                                 | /operations/0/width
                    {"op": "resize", "width": 1.5}                                   | /operations/0/width
                    {"op": "resize", "width": 10, "fit": "shrink"}                   | /operations/0/fit
                    {"op": "resize", "width": 60000}                                 | /operations/0
                    {"op": "crop", "left": 200, "top": 0, "width": 101, "height": 9} | /operations/0
                    {"op": "crop", "left": -1, "top": 0, "width": 9, "height": 9}    | /operations/0/left
                    {"op": "crop", "left": 0, "top": 0, "width": 0, "height": 9}     | /operations/0/width
                    {"op": "crop", "aspect": "16x9"}                                 | /operations/0/aspect
                    {"op": "flip"}, {"op": "explode"}                                | /operations/1/op
                    {"op": "crop", "aspect": "1:1", "gravity": "up"}                 | /operations/0/gravity
                    {"op": "adjust"}                                                 | /operations/0/brightness
                    {"op": "adjust", "contrast": 5}                                  | /operations/0/contrast
                    {"op": "grayscale", "amount": 1}                                 | /operations/0/amount
                    {"op": "watermark"}                                              | /operations/0/text
                    {"op": "watermark", "text": ""}                                  | /operations/0/text
                    {"op": "watermark", "text": "a", "gravity": "attention"}         | /operations/0/gravity
                    {"op": "watermark", "text": "a", "opacity": 2}                   | /operations/0/opacity
                    {"op": "watermark", "photo": "logo"}                             | /operations/0/photo
                    {"op": "watermark", "photo": 1}                                  | /operations/0/photo
                    {"op": "watermark", "text": "a", "digest": "b"}                  | /operations/0/digest
                    """)
    void wrongOperationIsNamed(String operations, String pointer) {
        var answer = client.job(photo, operations).is(422);

        assertThat(answer.json().path("code").asText()).isIn("SL-WEB-04", "SL-RECIPE-01");
        assertThat(answer.pointers()).containsExactly(pointer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "operations": {}                              | /operations
                    "operations": [], "extra": 1                  | /extra
                    "operations": [], "a/b~c": 1                  | /a~1b~0c
                    "priority": "urgent"                          | /priority
                    "priority": 1                                 | /priority
                    "output": "png"                               | /output
                    "output": {"format": "bmp"}                   | /output/format
                    "output": {"format": "heic"}                  | /output/format
                    "output": {"format": 1}                       | /output/format
                    "output": {"quality": 0}                      | /output/quality
                    "output": {"quality": 101}                    | /output/quality
                    "output": {"quality": "80"}                   | /output/quality
                    "output": {"quality": 80.5}                   | /output/quality
                    "output": {"size": 1}                         | /output/size
                    """)
    void wrongFieldIsNamed(String fields, String pointer) {
        var answer = client.post(JOBS, "{\"photo\": \"%s\", %s}".formatted(photo, fields));

        assertThat(answer.refuses(422, "SL-WEB-04").pointers()).containsExactly(pointer);
    }

    @Test
    void photosOfOthersAreNoWatermarks() {
        var stranger = TestClient.signedUp(server.url());
        var theirs = stranger.photo(Shots.noise(30, 20, "png", 9));
        var digest = stranger.get("/api/v1/photos/" + theirs).json().path("digest").asText();

        for (var name : new String[] {theirs, digest}) {
            var mark = "{\"op\": \"watermark\", \"photo\": \"%s\"}".formatted(name);
            assertThat(client.job(photo, mark).refuses(422, "SL-WEB-04").pointers())
                    .containsExactly("/operations/0/photo");
        }
    }

    @Test
    void fiveWatermarksAreTooMany() {
        var marks = Collections.nCopies(5, "{\"op\": \"watermark\", \"text\": \"a\"}");

        var answer = client.job(photo, String.join(",", marks)).refuses(422, "SL-RECIPE-01");

        assertThat(answer.pointers()).containsExactly("/operations");
    }

    @Test
    void twentyOneOperationsAreTooMany() {
        var flips = Collections.nCopies(21, "{\"op\": \"flip\"}");

        var answer = client.job(photo, String.join(",", flips)).refuses(422, "SL-WEB-04");

        assertThat(answer.pointers()).containsExactly("/operations");
    }

    @Test
    void everythingWrongIsSaidAtOnce() {
        var body =
                """
                {"photo": 1, "operations": [{"op": "blur"}, {"op": "x"}], "y": 1}\
                """;

        assertThat(client.post(JOBS, body).refuses(422, "SL-WEB-04").pointers())
                .containsExactlyInAnyOrder(
                        "/photo", "/operations/0/sigma", "/operations/1/op", "/y");
    }

    @Test
    void whatIsNotJsonIsRefusedWithItsPlace() {
        for (var body :
                new String[] {"", "{", "{\"photo\": }", "{} {}", "{\"a\": 1, \"a\": 2}", "nul"})
            client.post(JOBS, body).refuses(400, "SL-WEB-03");
        client.post(JOBS, "[".repeat(10_000)).refuses(400, "SL-WEB-03");
        client.post(JOBS, "{\"photo\": " + "9".repeat(1000) + "}").refuses(400, "SL-WEB-03");
        for (var body : new String[] {"[]", "null", "1", "\"x\""})
            client.post(JOBS, body).refuses(422, "SL-WEB-04");
        assertThat(client.post(JOBS, "{\n  \"photo\": oops}").json().path("detail").asText())
                .contains("line 2");
    }

    @Test
    void bodyOfAnotherTypeIsRefused() {
        client.send("POST", JOBS, BodyPublishers.ofString("{}"), "Content-Type", "text/plain")
                .refuses(415, "SL-WEB-07");
    }

    @Test
    void waitThatIsNoNumberIsRefused() {
        client.job(photo, "", "Prefer", "wait=soon").refuses(422, "SL-WEB-10");
    }
}
