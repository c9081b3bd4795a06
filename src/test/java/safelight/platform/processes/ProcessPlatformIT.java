package safelight.platform.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.fleet.Instance.Role;
import safelight.platform.Member;
import safelight.platform.PlatformUnavailable;
import safelight.platform.Tiny;

/// Real processes: started, replaced, stopped.
class ProcessPlatformIT {
    private static final Duration WAIT_MOST = Duration.ofSeconds(60);

    @TempDir private Path folder;
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<ProcessHandle> before = ProcessHandle.current().descendants().toList();
    private List<ProcessHandle> seen = List.of();

    @AfterEach
    void nobodyIsLeft() {
        client.close();
        await(() -> seen.stream().noneMatch(ProcessHandle::isAlive));
    }

    private ProcessPlatform platform(Duration stopMost, String... options) throws IOException {
        var launches = new LinkedHashMap<Role, Launch>();
        launches.put(Role.WORKER, new Launch(Tiny.command(), Map.of(), stopMost));
        launches.put(Role.WEB, new Launch(Tiny.command(options), Map.of(), stopMost));
        return new ProcessPlatform(
                launches, folder.resolve("logs"), Clock.systemUTC(), new Random(1));
    }

    private static void await(Callable<Boolean> claim) {
        long deadline = System.nanoTime() + WAIT_MOST.toNanos();
        try {
            while (!claim.call()) {
                assertThat(System.nanoTime()).as("still waiting").isLessThan(deadline);
                Thread.sleep(20);
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Member serving(ProcessPlatform platform, String name) {
        await(() -> of(platform, name).phase() == Member.Phase.SERVING);
        // Servers that other tests share run as well.
        seen = ProcessHandle.current().descendants().filter(p -> !before.contains(p)).toList();
        return of(platform, name);
    }

    private static Member of(ProcessPlatform platform, String name) {
        return platform.members().stream()
                .filter(m -> m.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private String get(Member member) throws IOException, InterruptedException {
        var uri = URI.create("http://" + member.address() + "/");
        return client.send(
                        HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void memberServesWhereItSaysAndEndsWhenStopped() throws Exception {
        try (var platform = platform(Duration.ofSeconds(30))) {
            platform.start(Role.WEB);
            var second = platform.start(Role.WEB);
            var member = serving(platform, "web-1");

            assertThat(get(member)).isNotEmpty();
            platform.stop("web-1");
            platform.stop("web-1");
            platform.stop("nobody");
            assertThat(of(platform, "web-1").phase()).isEqualTo(Member.Phase.STOPPING);
            await(() -> platform.members().size() == 1);

            assertThat(platform.members().getFirst().name()).isEqualTo(second.name());
            assertThat(Files.readString(folder.resolve("logs/web-1.log"))).contains("is ready at");
            assertThat(platform.start(Role.WEB).name()).isEqualTo("web-1");
        }
    }

    @Test
    void memberThatDiesIsReplacedAndServesElsewhere() throws Exception {
        try (var platform = platform(Duration.ofSeconds(30))) {
            platform.start(Role.WEB);
            var before = serving(platform, "web-1");
            long id = Long.parseLong(get(before).split(" ", -1)[0]);

            ProcessHandle.of(id).orElseThrow().destroyForcibly();
            await(() -> !of(platform, "web-1").address().equals(before.address()));
            var after = serving(platform, "web-1");

            assertThat(get(after)).doesNotStartWith(id + " ");
            assertThat(after.started()).isAfter(before.started());
        }
    }

    @Test
    void memberThatDoesNotEndIsKilled() throws Exception {
        try (var platform = platform(Duration.ofSeconds(1), "--deaf")) {
            platform.start(Role.WEB);
            serving(platform, "web-1");

            platform.stop("web-1");

            await(() -> platform.members().isEmpty());
        }
    }

    @Test
    void closeStopsAllAndStartsNoneAnyMore() throws Exception {
        var platform = platform(Duration.ofSeconds(30));
        platform.start(Role.WORKER);
        platform.start(Role.WEB);
        serving(platform, "worker-1");
        serving(platform, "web-1");

        platform.close();
        platform.close();

        assertThat(platform.members()).isEmpty();
        assertThat(seen).noneMatch(ProcessHandle::isAlive);
        assertThatThrownBy(() -> platform.start(Role.WEB)).isInstanceOf(PlatformUnavailable.class);
    }

    @Test
    void roleThatIsNotRunHereIsRefused() throws Exception {
        try (var platform = platform(Duration.ofSeconds(1))) {
            assertThatThrownBy(() -> platform.start(Role.DNS))
                    .isInstanceOf(PlatformUnavailable.class);
        }
    }
}
