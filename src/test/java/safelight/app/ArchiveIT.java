package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `export` and `import` as people run them: real servers before and after, real processes between.
class ArchiveIT {
    private static final int MANY = 400;

    @TempDir private Path folder;

    private Path archive() {
        return folder.resolve("archive");
    }

    private Path data(String name) {
        return folder.resolve(name);
    }

    private CommandProcess.Ended safelight(String command, Path data, String... options)
            throws Exception {
        return CommandProcess.run(folder, arguments(command, data, List.of(options)));
    }

    private List<String> arguments(String command, Path data, List<String> options) {
        var arguments = new ArrayList<>(List.of(command, archive().toString()));
        arguments.addAll(List.of("--data", data.toString()));
        arguments.addAll(options);
        return arguments;
    }

    private static CommandProcess.Ended ended(CommandProcess.Ended command, int code) {
        assertThat(command.code()).as(command.toString()).isEqualTo(code);
        return command;
    }

    private static JsonNode json(CommandProcess.Ended command) throws IOException {
        return TestClient.JSON.readTree(command.out());
    }

    private ServerProcess faulty(Path data) throws IOException {
        return ServerProcess.start(
                FaultyMain.class, List.of(), data, Household.OPTIONS.toArray(String[]::new));
    }

    @Test
    void serviceGoesOnFromAnotherFolder() throws Exception {
        moveThrough(List.of());
    }

    /// From embedded engines to those of `engines`, options of `--set`, and back to embedded ones.
    private void moveThrough(List<String> engines) throws Exception {
        var options = engines.toArray(String[]::new);
        Household household;
        try (var server = faulty(data("one"))) {
            household = Household.at(server.url());
        }
        var exported = json(ended(safelight("export", data("one"), "--json"), 0));
        assertThat(exported.path("accounts").asInt()).isEqualTo(2);
        assertThat(exported.path("openJobs").asInt()).isEqualTo(2);
        assertThat(exported.path("hiddenPhotos").asInt()).isEqualTo(1);

        var with = Stream.concat(engines.stream(), Stream.of("--json")).toArray(String[]::new);
        var imported = json(ended(safelight("import", data("two"), with), 0));
        for (var kind : List.of("accounts", "tokens", "photos", "jobs", "blobs", "bytes"))
            assertThat(imported.path(kind)).as(kind).isEqualTo(exported.path(kind));

        try (var server = ServerProcess.start(data("two"), options)) {
            household.assertMovedTo(server.url());
        }
        moveBack(options);
    }

    private void moveBack(String... options) throws Exception {
        Files.move(archive(), folder.resolve("archive.first"));
        ended(safelight("export", data("two"), options), 0);
        var table = ended(safelight("import", data("three")), 0).out();

        assertThat(table).contains("verified, every byte", "accounts", "3", "blobs");
        try (var server = ServerProcess.start(data("three"))) {
            TestClient.signedUp(server.url())
                    .get("/api/v1/jobs/dead?account=00000000000000000000000000")
                    .refuses(403, "SL-WEB-08");
        }
    }

    @Test
    void runningServiceIsExportedOnlyIfAskedFor() throws Exception {
        try (var server = ServerProcess.start(data("one"))) {
            TestClient.signedUp(server.url()).photo(Client.jpeg(64, 48, 1));

            assertThat(ended(safelight("export", data("one")), 1).err()).contains("is running: on");
            assertThat(archive()).doesNotExist();
            ended(safelight("export", data("one"), "--while-running"), 0);
            assertThat(ended(safelight("import", data("one")), 1).err()).contains("is running: on");
            assertThat(ended(safelight("import", data("two"), "--json"), 0).out())
                    .contains("\"photos\":1");
        }
        assertThat(ended(safelight("import", data("two")), 1).err()).contains("already has");
    }

    @Test
    void wrongFoldersAreWrongUsage() throws Exception {
        assertThat(ended(safelight("export", data("typo")), 2).err()).contains("no installation");
        assertThat(data("typo")).doesNotExist();
        assertThat(ended(safelight("import", data("one")), 2).err()).contains("no manifest");
        assertThat(data("one")).doesNotExist();
        Files.createDirectories(archive().resolve("something"));
        assertThat(ended(safelight("export", data("one")), 2).err()).contains("something in");
    }

    @Test
    void flippedByteIsFoundAndNothingWritten() throws Exception {
        try (var server = ServerProcess.start(data("one"))) {
            TestClient.signedUp(server.url()).photo(Client.jpeg(64, 48, 1));
        }
        ended(safelight("export", data("one")), 0);
        var blob = blobs(archive()).iterator().next();
        for (var file : List.of(blob, archive().resolve("photos.jsonl"))) {
            var good = Files.readAllBytes(file);
            var bad = good.clone();
            bad[bad.length / 3] ^= 4;
            Files.write(file, bad);

            var refused = ended(safelight("import", data("two")), 1);

            assertThat(refused.err()).contains(file.toString(), "Nothing was imported");
            assertThat(blobs(data("two"))).isEmpty();
            Files.write(file, good);
        }
        ended(safelight("import", data("two")), 0);
    }

    @Test
    void lostBlobIsToldAndTheRestIsMoved() throws Exception {
        try (var server = ServerProcess.start(data("one"))) {
            var client = TestClient.signedUp(server.url());
            client.photo(Client.jpeg(64, 48, 1));
            client.photo(Client.jpeg(64, 48, 2));
        }
        var lost = blobs(data("one")).iterator().next();
        Files.delete(lost);

        assertThat(ended(safelight("export", data("one")), 1).err())
                .contains(lost.getFileName().toString(), "is missing");
        assertThat(ended(safelight("import", data("two")), 1).err()).contains("--allow-missing");
        var quick = safelight("import", data("two"), "--allow-missing", "--no-verify-bytes");
        assertThat(ended(quick, 0).out()).contains("but not the bytes", "missing bytes of");

        assertThat(blobs(data("two"))).hasSize(1);
    }

    @Test
    void killedImportIsResumed() throws Exception {
        String email;
        try (var server = ServerProcess.start(data("one"))) {
            var client = TestClient.signedUp(server.url());
            email = client.email();
            try (var tasks = Executors.newFixedThreadPool(4)) {
                for (int i = 0; i < MANY; i++) {
                    var picture = Client.jpeg(64, 48, i);
                    tasks.submit(() -> client.photo(picture));
                }
            }
        }
        ended(safelight("export", data("one")), 0);
        assertThat(blobs(archive())).hasSize(MANY);

        for (int kill = 1; kill <= 3; kill++) {
            int before = blobs(data("two")).size();
            try (var command =
                    CommandProcess.start(
                            folder, arguments("import", data("two"), List.of("--resume")))) {
                // Without a pause: it has to be killed long before it has copied the rest.
                while (blobs(data("two")).size() <= before)
                    assertThat(command.isRunning()).isTrue();
            }
            assertThat(blobs(data("two"))).hasSizeBetween(before + 1, MANY - 1);
        }
        ended(safelight("import", data("two"), "--resume"), 0);

        assertThat(blobs(data("two"))).hasSize(MANY);
        try (var server = ServerProcess.start(data("two"))) {
            var guest = TestClient.anonymous(server.url());
            var client = guest.withCookie(guest.signIn(email, TestClient.PASSWORD).cookie());
            var page = client.get("/api/v1/photos?limit=200").json();
            assertThat(page.path("photos")).hasSize(200);
            var rest = client.get("/api/v1/photos?limit=200&cursor=" + page.path("next").asText());
            assertThat(rest.json().path("photos")).hasSize(MANY - 200);
        }
    }

    /// The finished ones; what is staged comes and goes.
    private static Set<Path> blobs(Path root) {
        return Stream.of(root.resolve("blobs"))
                .flatMap(folder -> named(folder, "[0-9a-f]{2}"))
                .flatMap(folder -> named(folder, "[0-9a-f]{2}"))
                .flatMap(folder -> named(folder, "[0-9a-f]{64}"))
                .collect(Collectors.toSet());
    }

    private static Stream<Path> named(Path folder, String shape) {
        var files = folder.toFile().listFiles((_, name) -> name.matches(shape));
        return files == null ? Stream.of() : Stream.of(files).map(File::toPath);
    }
}
