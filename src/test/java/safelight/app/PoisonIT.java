package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A photo that takes its worker down, or never ends, becomes a dead job with a reason, and is the
/// only one that does.
class PoisonIT {
    private static final Duration END_MOST = Duration.ofMinutes(4);
    private static final String CRASH = "[{\"op\":\"blur\",\"sigma\":66}]";
    private static final String HANG = "[{\"op\":\"blur\",\"sigma\":77}]";

    /// By sharpening: blurs, even wide ones, are quick.
    private static final String SLOW =
            "["
                    + String.join(
                            ",", Collections.nCopies(20, "{\"op\":\"sharpen\",\"sigma\":100}"))
                    + "]";

    @TempDir private Path folder;

    @Test
    void photoThatCrashesTheWorkerIsDeadAfterThreeAttemptsAndOthersSucceed() throws Exception {
        try (var server = faulty()) {
            var client = Client.signUp(server.url(), "poison@example.org");
            var photo = client.upload(400, 300, 1);
            var others = new ArrayList<String>();
            for (int i = 0; i < 5; i++) others.add(client.submit(photo, crop(i), "before-" + i));
            var poison = client.submit(photo, CRASH, "poison");
            for (int i = 5; i < 10; i++) others.add(client.submit(photo, crop(i), "after-" + i));

            var dead = client.await(poison, END_MOST);

            assertThat(dead.path("state").asText()).isEqualTo("failed");
            assertThat(dead.path("attempt").asInt()).isEqualTo(3);
            assertThat(dead.at("/error/code").asText()).isEqualTo("SL-JOB-06");
            assertThat(dead.at("/error/message").asText()).contains("crash");
            assertThat(dead.at("/error/retryable").asBoolean()).isTrue();
            for (var other : others)
                assertThat(client.await(other, END_MOST).path("state").asText())
                        .isEqualTo("succeeded");
            awaitDead(client, 1);

            assertThat(
                            client.send("POST", "/jobs/" + poison + "/retry", "", List.of())
                                    .statusCode())
                    .isEqualTo(202);
            assertThat(client.await(poison, END_MOST).path("attempt").asInt()).isEqualTo(3);
            awaitDead(client, 1);
        }
    }

    @Test
    void operationThatHangsInNativeCodeIsEndedWithItsProcess() throws Exception {
        try (var server = faulty("--set", "jobs.time-most=4s", "--set", "jobs.graceful=500ms")) {
            var client = Client.signUp(server.url(), "hang@example.org");
            var photo = client.upload(400, 300, 1);
            var hanging = client.submit(photo, HANG, "hang");
            var other = client.submit(photo, crop(1), "other");

            assertThat(client.await(other, END_MOST).path("state").asText()).isEqualTo("succeeded");
            var dead = client.await(hanging, END_MOST);
            assertThat(dead.path("state").asText()).isEqualTo("failed");
            assertThat(dead.path("attempt").asInt()).isEqualTo(3);
        }
    }

    @Test
    void cancelReachesARunningJob() throws Exception {
        try (var server = ServerProcess.start(folder.resolve("data"))) {
            var client = Client.signUp(server.url(), "cancel@example.org");
            var photo = client.upload(4000, 3000, 1);
            var slow = client.submit(photo, SLOW, "slow");
            awaitRunning(client, slow);

            var answer = client.send("DELETE", "/jobs/" + slow, "", List.of());

            assertThat(answer.statusCode()).isEqualTo(204);
            assertThat(client.job(slow).path("state").asText()).isEqualTo("cancelled");
            var next = client.submit(photo, crop(1), "next");
            assertThat(client.await(next, END_MOST).path("state").asText()).isEqualTo("succeeded");
            long deadline = System.nanoTime() + END_MOST.toNanos();
            while (!server.log().contains("state=cancelled")) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.sleep(50);
            }
        }
    }

    private ServerProcess faulty(String... options) throws Exception {
        return ServerProcess.start(FaultyMain.class, List.of(), folder.resolve("data"), options);
    }

    private static void awaitRunning(Client client, String id) {
        Deadline.of(END_MOST)
                .until(() -> {
                    var state = client.job(id).path("state").asText();
                    assertThat(state)
                            .as("the slow job is over before it can be cancelled")
                            .isIn("queued", "running");
                    return state.equals("running");
                });
    }

    private static void awaitDead(Client client, int count) throws Exception {
        long deadline = System.nanoTime() + END_MOST.toNanos();
        while (client.get("/cluster").at("/queue/dead").asInt() != count) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(100);
        }
    }

    private static String crop(int left) {
        return "[{\"op\":\"crop\",\"left\":%d,\"top\":0,\"width\":100,\"height\":100}]"
                .formatted(left);
    }
}
