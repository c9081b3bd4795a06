package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nothing accepted is lost and nothing is done twice, whatever is killed: real processes, `kill
/// -9`.
class ServeCrashIT {
    private static final int JOBS = 200;
    private static final int PHOTOS = 4;
    private static final int KILLS_OF_WORKER = 10;
    private static final Duration END_MOST = Duration.ofMinutes(5);

    @TempDir private Path folder;

    @Test
    void killingTheWholeServiceInTheMiddleOf200JobsLosesNone() throws Exception {
        var server = ServerProcess.start(folder.resolve("data"));
        try {
            var client = Client.signUp(server.url(), "crash@example.org");
            var photos = photos(client);
            var ids = Collections.synchronizedList(new ArrayList<String>());
            var sender = Thread.ofVirtual().start(() -> submitAll(client, photos, ids));
            awaitEnded(client, ids, JOBS / 10);
            server.kill();
            server = ServerProcess.start(folder.resolve("data"));
            client.moveTo(server.url());
            awaitEnded(client, ids, JOBS / 3);
            server.kill();
            server = ServerProcess.start(folder.resolve("data"));
            client.moveTo(server.url());
            sender.join();

            assertThat(ids).hasSize(JOBS).doesNotHaveDuplicates();
            assertOneResultEach(client, ids);
        } finally {
            server.close();
        }
    }

    @Test
    void killingTheWorkerTenTimesDuring200JobsLosesNone() throws Exception {
        try (var server = ServerProcess.start(folder.resolve("data"))) {
            var client = Client.signUp(server.url(), "worker@example.org");
            var photos = photos(client);
            var ids = new ArrayList<String>();
            submitAll(client, photos, ids);

            var worker = server.worker();
            for (int kill = 1; kill <= KILLS_OF_WORKER; kill++) {
                awaitEnded(client, ids, kill * JOBS / (KILLS_OF_WORKER + 2));
                worker.destroyForcibly();
                worker.onExit().join();
                // So many jobs may have ended before there is one to kill.
                worker = server.workerAfter(worker);
            }

            assertOneResultEach(client, ids);
            assertThat(server.log()).contains("crashed=false").doesNotContain("crashed=true");
        }
    }

    @Test
    void losingTheQueuesDiskCostsTimeAndNoJob() throws Exception {
        var data = folder.resolve("data");
        var server = ServerProcess.start(data, "--set", "jobs.sweep=1s");
        try {
            var client = Client.signUp(server.url(), "disk@example.org");
            var photos = photos(client);
            var ids = new ArrayList<String>();
            submitAll(client, photos, ids);
            server.kill();
            try (var files = Files.walk(data.resolve("queue"))) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList())
                    Files.delete(file);
            }

            server = ServerProcess.start(data, "--set", "jobs.sweep=1s");
            client.moveTo(server.url());

            assertOneResultEach(client, ids);
        } finally {
            server.close();
        }
    }

    private static List<String> photos(Client client) throws IOException, InterruptedException {
        var photos = new ArrayList<String>();
        for (int i = 0; i < PHOTOS; i++) photos.add(client.upload(900, 700, i));
        return photos;
    }

    /// Each job has a recipe of its own, so that none is answered from another's result.
    private static void submitAll(Client client, List<String> photos, List<String> ids) {
        try {
            for (int i = 0; i < JOBS; i++) {
                var operations =
                        "[{\"op\":\"crop\",\"left\":%d,\"top\":0,\"width\":600,\"height\":500},"
                                        .formatted(i)
                                + "{\"op\":\"blur\",\"sigma\":2},{\"op\":\"sharpen\"}]";
                ids.add(client.submit(photos.get(i % PHOTOS), operations, "job-" + i));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitEnded(Client client, List<String> ids, int count)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + END_MOST.toNanos();
        while (client.all("/jobs", "jobs").stream().filter(j -> j.has("finishedAt")).count()
                < count) {
            assertThat(System.nanoTime())
                    .as("%d of %d ended", count, ids.size())
                    .isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    private static void assertOneResultEach(Client client, List<String> ids)
            throws IOException, InterruptedException {
        for (var id : ids) {
            var job = client.await(id, END_MOST);
            assertThat(job.path("state").asText()).as(job.toString()).isEqualTo("succeeded");
            assertThat(job.at("/result/width").asInt()).isEqualTo(600);
            assertThat(job.at("/result/height").asInt()).isEqualTo(500);
        }
        Map<String, List<JsonNode>> results =
                client.all("/photos", "photos").stream()
                        .filter(p -> p.has("job"))
                        .collect(Collectors.groupingBy(p -> p.path("job").asText()));
        assertThat(results).hasSize(ids.size());
        assertThat(results.values()).allSatisfy(each -> assertThat(each).hasSize(1));
        assertThat(client.all("/jobs", "jobs")).hasSize(ids.size());
    }
}
