package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An outside client, `tus-js-client` from npm, uploads here: also through a server that is killed
/// in the middle, and from where another program of its stopped.
class TusClientIT {
    private static final String CLIENT = "tus-js-client@4.3.1";
    private static final Path MODULES = Path.of("target/tus-client").toAbsolutePath();
    private static final int CHUNK_BYTES = 256 << 10;
    private static final long NPM_MINUTES_MAX = 5;
    private static final int NPM_TRIES_MAX = 3;
    private static final long UPLOAD_MINUTES_MAX = 3;

    @TempDir static Path folder;

    static Path file;
    static byte[] picture;

    @TempDir private Path home;
    private Crossing crossing;
    private ServerProcess server;
    private TestClient client;
    private String token;

    @BeforeAll
    static void prepare() throws Exception {
        Files.createDirectories(MODULES);
        var script = MODULES.resolve("tus-upload.cjs");
        try (var in = TusClientIT.class.getResourceAsStream("/safelight/tus-upload.cjs")) {
            Files.write(script, in.readAllBytes());
        }
        for (int i = 0; i < NPM_TRIES_MAX && !isInstalled(); i++) install();
        assertThat(isInstalled()).as("npm, see " + MODULES.resolve("npm.log")).isTrue();
        picture = Shots.noise(1100, 900, "png", 7);
        file = folder.resolve("picture.png");
        Files.write(file, picture);
    }

    private static boolean isInstalled() {
        return Files.exists(MODULES.resolve("node_modules/tus-js-client/package.json"))
                && Files.exists(MODULES.resolve("installed"));
    }

    /// The registry is elsewhere, and sometimes does not answer.
    private static void install() throws IOException, InterruptedException {
        var npm =
                new ProcessBuilder(
                                "npm",
                                "install",
                                "--no-audit",
                                "--no-fund",
                                "--no-save",
                                "--ignore-scripts",
                                "--prefix",
                                MODULES.toString(),
                                CLIENT)
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        MODULES.resolve("npm.log").toFile()))
                        .start();
        npm.getOutputStream().close();
        if (!npm.waitFor(NPM_MINUTES_MAX, TimeUnit.MINUTES)) {
            npm.destroyForcibly().waitFor();
        } else if (npm.exitValue() == 0) {
            Files.writeString(MODULES.resolve("installed"), CLIENT);
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = ServerProcess.start(home.resolve("data"));
        crossing = new Crossing();
        crossing.leadTo(List.of(server.url()));
        client = TestClient.signedUp(crossing.url());
        token =
                client.post("/api/v1/tokens", "{\"name\": \"tus\"}")
                        .is(201)
                        .json()
                        .path("secret")
                        .asText();
    }

    @AfterEach
    void stop() throws IOException {
        crossing.close();
        server.close();
    }

    /// The server comes back on the same data at another address, as a second one would stand
    /// behind a load balancer.
    private void killAndStartAgain() throws Exception {
        server.kill();
        server = ServerProcess.start(home.resolve("data"));
        crossing.leadTo(List.of(server.url()));
    }

    private ObjectNode wish() {
        return TestClient.JSON
                .createObjectNode()
                .put("endpoint", crossing.url() + "/api/v1/uploads")
                .put("token", token)
                .put("file", file.toString())
                .put("name", "\uc9d1 & a.png")
                .put("chunkSize", CHUNK_BYTES);
    }

    private static Process run(ObjectNode wish) throws IOException {
        return new ProcessBuilder("node", "tus-upload.cjs", wish.toString())
                .directory(MODULES.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /// Everything that a client says, from start to end.
    private static List<String> said(ObjectNode wish) throws Exception {
        var process = run(wish);
        try (var lines = lines(process)) {
            var all = lines.lines().toList();
            assertThat(process.waitFor(UPLOAD_MINUTES_MAX, TimeUnit.MINUTES)).isTrue();
            return all;
        }
    }

    private static BufferedReader lines(Process process) {
        return new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static String after(String word, List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith(word + " "))
                .reduce((_, last) -> last)
                .map(line -> line.substring(word.length() + 1))
                .orElseThrow(() -> new AssertionError("no '" + word + "' in " + lines));
    }

    private void assertIsPicture(String photo) {
        var data = client.get("/api/v1/photos/" + photo).is(200).json();
        assertThat(data.path("name").asText()).isEqualTo("\uc9d1 & a.png");
        assertThat(client.get("/api/v1/photos/" + photo + "/content").is(200).bytes())
                .isEqualTo(picture);
        assertThat(client.get("/api/v1/photos").json().path("photos")).hasSize(1);
    }

    @Test
    void uploadOutlivesAServerThatIsKilled() throws Exception {
        var process = run(wish());
        var said = new ArrayList<String>();
        try (var lines = lines(process)) {
            readUntil(lines, said, line -> chunks(said) == 3);
            killAndStartAgain();
            int before = chunks(said);
            readUntil(lines, said, line -> chunks(said) == before + 3);
            killAndStartAgain();
            readUntil(lines, said, line -> false);
        }

        assertThat(process.waitFor(UPLOAD_MINUTES_MAX, TimeUnit.MINUTES)).isTrue();
        assertIsPicture(after("done", said));
    }

    private static void readUntil(
            BufferedReader lines, List<String> said, Predicate<String> isEnough)
            throws IOException {
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            said.add(line);
            if (isEnough.test(line)) return;
        }
    }

    private static int chunks(List<String> said) {
        return (int) said.stream().filter(line -> line.startsWith("chunk ")).count();
    }

    @Test
    void anotherProgramGoesOnWhereOneStopped() throws Exception {
        var first = said(wish().put("stopAfter", 4));
        assertThat(first).contains("stopped");
        var url = after("url", first);
        assertThat(url).startsWith(crossing.url() + "/api/v1/uploads/");

        killAndStartAgain();
        var second = said(wish().put("uploadUrl", url));

        var kept = Long.parseLong(after("chunk", first));
        assertThat(second.stream().filter(l -> l.startsWith("chunk ")).findFirst())
                .hasValueSatisfying(
                        line -> assertThat(Long.parseLong(line.substring(6))).isGreaterThan(kept));
        assertIsPicture(after("done", second));
    }

    @Test
    void bytesMayComeWithTheCreation() throws Exception {
        var said = said(wish().put("withCreation", true).put("chunkSize", picture.length));

        assertThat(chunks(said)).isEqualTo(1);
        assertIsPicture(after("done", said));
    }

    @Test
    void abortedUploadIsGone() throws Exception {
        var said = said(wish().put("stopAfter", 2).put("terminate", true));

        assertThat(said).contains("stopped");
        var path = after("url", said).replace(crossing.url(), "");
        client.get(path).refuses(404, "SL-UPLOAD-01");
        assertThat(DataFolder.leftovers(home.resolve("data"))).isEmpty();
        assertThat(client.get("/api/v1/photos").json().path("photos")).isEmpty();
    }
}
