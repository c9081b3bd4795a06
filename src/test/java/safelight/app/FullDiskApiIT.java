package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What happens when the disk is full, on a small one that is mounted for the test.
class FullDiskApiIT {
    private static final int UPLOADS_MOST = 200;

    @TempDir Path folder;

    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", disk.toString()),
                "only root may mount");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "-l", disk.toString());
    }

    @Test
    void uploadIsRefusedWholeAndWorksAgainOnceThereIsRoom() throws IOException {
        var data = disk.resolve("data");
        try (var server = ServerProcess.start(data, "--set", "blobs.reserve=64MiB")) {
            var client = TestClient.signedUp(server.url());
            var kept = new ArrayList<String>();
            var answer = client.upload(shot(0));
            for (int i = 1; answer.status() == 201 && i < UPLOADS_MOST; i++) {
                kept.add(answer.json().path("id").asText());
                answer = client.upload(shot(i));
            }

            answer.refuses(507, "SL-BLOB-02");
            client.uploadForm("file", "a.png", shot(UPLOADS_MOST)).refuses(507, "SL-BLOB-02");

            assertThat(kept).isNotEmpty();
            assertThat(client.get("/api/v1/photos?limit=200").json().path("photos"))
                    .hasSize(kept.size());
            assertThat(DataFolder.blobs(data)).hasSize(kept.size());
            assertThat(DataFolder.leftovers(data)).isEmpty();
            for (var photo : kept) client.get("/api/v1/photos/" + photo + "/content").is(200);

            client.delete("/api/v1/photos/" + kept.removeFirst()).is(204);
            client.delete("/api/v1/photos/" + kept.removeFirst()).is(204);

            client.upload(shot(UPLOADS_MOST + 1)).is(201);
            client.job(kept.getFirst(), "{\"op\": \"resize\", \"width\": 50}", "Prefer", "wait=30")
                    .is(200);
        }
    }

    private static byte[] shot(int seed) {
        return Shots.noise(1000, 900, "png", seed);
    }

    private static boolean run(String... command) throws Exception {
        return new ProcessBuilder(command).start().waitFor() == 0;
    }
}
