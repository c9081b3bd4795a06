package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `safelight up`: a whole data center on this host, with real processes and a real HAProxy.
class UpIT {
    private static final Duration WAIT_MOST = Duration.ofMinutes(3);

    /// Work for more servers than there may be, however late some of them are answered.
    private static final int SLOW = 12;

    @TempDir private Path folder;

    private static LoadGenerator load(UpProcess up, double perSecond) {
        return LoadGenerator.get(URI.create(up.url() + "/api/v1/formats"), perSecond);
    }

    @Test
    void killAndRestartOfWebServersFailNoRequest() throws Exception {
        try (var up = UpProcess.start(folder, "--web", "2..2")) {
            LoadGenerator.Result result;
            try (var load = load(up, 30)) {
                var before = new HashSet<>(up.of("web"));
                for (var old : before) {
                    if (old.equals(before.iterator().next())) old.destroyForcibly();
                    else old.destroy();
                    old.onExit().get(1, TimeUnit.MINUTES);
                    awaitAnswers(up, 2);
                }
                result = load.stop();
                // The autoscaler may have started one for the one that drained, too many now.
                Deadline.of(WAIT_MOST).until(() -> up.of("web").size() == 2);
                assertThat(up.of("web")).doesNotContainAnyElementsOf(before);
            }

            System.out.println("web servers replaced: " + result.line());
            assertThat(result.failures()).as(up::balancerSays).isEmpty();
        }
    }

    /// So many servers answer from now on. HAProxy calls a killed one up until it looks again. One
    /// more may, where one begins before the other is gone.
    private static void awaitAnswers(UpProcess up, int servers) throws Exception {
        var before = up.answers();
        Deadline.of(WAIT_MOST)
                .until(() ->
                        up.answers().entrySet().stream()
                                        .filter(e -> e.getValue() > before.get(e.getKey()))
                                        .count()
                                >= servers);
    }

    @Test
    void loadAddsServersAndItsEndRemovesThemWithoutAFailedRequest() throws Exception {
        try (var up =
                UpProcess.start(
                        folder,
                        "--web",
                        "1..3",
                        "--set",
                        "web.places=4",
                        "--set",
                        "autoscaler.cpu-percent=100",
                        "--set",
                        "autoscaler.stable=6s",
                        "--set",
                        "autoscaler.burst=3s",
                        "--set",
                        "autoscaler.hold=8s",
                        "--set",
                        "autoscaler.shrink-every=2s")) {
            LoadGenerator.Result result;
            try (var load = load(up, 20)) {
                try (var slow = new SlowRequests(URI.create(up.url()), SLOW)) {
                    Deadline.of(WAIT_MOST).until(() -> up.serversInUse() >= 2);
                    assertThat(slow.stop()).as(up::balancerSays).isEmpty();
                }
                Deadline.of(WAIT_MOST).until(() -> up.of("web").size() == 1);
                result = load.stop();
            }

            System.out.println("up and down: " + result.line());
            assertThat(result.failures()).as(up::balancerSays).isEmpty();
        }
    }

    @Test
    void nothingOutlivesIt() throws Exception {
        var up = UpProcess.start(folder, "--web", "1..2");
        var all = up.process().descendants().toList();
        assertThat(all).hasSizeGreaterThan(5);

        up.process().destroyForcibly().waitFor();

        Deadline.of(WAIT_MOST).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void secondOneOnTheSameFolderIsRefused() throws Exception {
        try (var up = UpProcess.start(folder, "--web", "1..1")) {
            var second = UpProcess.launch(folder);

            assertThat(second.process().waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(second.process().exitValue()).isEqualTo(Exit.FAILED);
            assertThat(up.errors()).contains("Another Safelight is using the folder");
        }
    }
}
