package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.queue.artemis.ArtemisQueue;
import safelight.queue.artemis.BrokerAccess;

/// Two web servers and a worker on two brokers, each in a process of its own; a broker is killed,
/// and its disk is lost.
class SeveralBrokersIT {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String PASSWORD = "the password of both brokers";
    private static final int JOBS = 12;
    private static final int BROKERS = 2;

    @TempDir private Path folder;
    private final List<RoleProcess> started = new ArrayList<>();
    private final List<RoleProcess> brokers = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();
    private final List<String> urls = new ArrayList<>();
    private TestClient here;
    private TestClient there;
    private String photo;

    @BeforeEach
    void start() throws IOException {
        for (int i = 0; i < BROKERS; i++) {
            ports.add(FreePort.find());
            brokers.add(broker(i, "a"));
            urls.add(brokers.get(i).address());
        }
        here = TestClient.signedUp(role("web-1", "web", "--port", "0").address());
        there = here.at(role("web-2", "web", "--port", "0").address());
        photo = here.photo(Client.jpeg(64, 64, 1));
    }

    @AfterEach
    void stop() {
        started.reversed().forEach(RoleProcess::close);
    }

    /// Each turn has a log of its own, and the same port and disk.
    private RoleProcess broker(int index, String turn) throws IOException {
        return begin(
                "broker-" + turn,
                "broker",
                disk(index),
                List.of(
                        "--set",
                        "broker.port=" + ports.get(index),
                        "--set",
                        "queue.password=" + PASSWORD));
    }

    private Path disk(int index) {
        return folder.resolve("broker-" + index);
    }

    private RoleProcess role(String name, String role, String... options) throws IOException {
        var all = new ArrayList<>(List.of(options));
        for (var setting :
                List.of(
                        "queue.url=" + String.join(",", urls),
                        "queue.password=" + PASSWORD,
                        "jobs.sweep=1s")) all.addAll(List.of("--set", setting));
        return begin(name, role, folder.resolve("data"), all);
    }

    private RoleProcess begin(String name, String role, Path data, List<String> options)
            throws IOException {
        var process = RoleProcess.begin(name, role, data, options);
        started.add(process);
        return process;
    }

    private List<String> handedIn(int first) {
        return IntStream.range(first, first + JOBS).mapToObj(this::handIn).toList();
    }

    /// By turns at both web servers, each with a result of its own.
    private String handIn(int index) {
        return (index % 2 == 0 ? here : there)
                .job(photo, resize(index))
                .is(202)
                .json()
                .path("id")
                .asText();
    }

    private static String resize(int i) {
        return "{\"op\": \"resize\", \"width\": %d}".formatted(20 + i);
    }

    private void endOnce(List<String> jobs) {
        for (var job : jobs)
            assertThat(here.ended(job).path("state").asText()).isEqualTo("succeeded");
        var results = here.get("/api/v1/photos?limit=100").is(200).json().findValuesAsText("job");
        assertThat(results.stream().filter(jobs::contains))
                .containsExactlyInAnyOrderElementsOf(jobs);
    }

    private long ready(int index) {
        try (var queue =
                new ArtemisQueue(
                        new BrokerAccess(urls.get(index), "safelight", PASSWORD),
                        new SecureRandom())) {
            return queue.counts().ready();
        }
    }

    private void lose(int index) throws Exception {
        brokers.get(index).kill();
        try (var files = Files.walk(disk(index).resolve("queue"))) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }

    @Test
    void jobsAreSpreadAndThoseOfALostBrokerRunAtTheOther() throws Exception {
        var jobs = new ArrayList<String>();
        Deadline.of(SOON)
                .until(() -> {
                    jobs.add(handIn(jobs.size()));
                    return ready(0) > 0 && ready(1) > 0;
                });
        lose(0);

        var later = handedIn(jobs.size());
        role("worker", "worker").address();

        endOnce(Stream.concat(jobs.stream(), later.stream()).toList());
    }

    @Test
    void brokerThatLostItsDiskIsUsedAgain() throws Exception {
        role("worker", "worker").address();
        for (int lost = 0; lost < BROKERS; lost++) {
            var before = handedIn(2 * lost * JOBS);
            lose(lost);
            var during = handedIn((2 * lost + 1) * JOBS);
            brokers.set(lost, broker(lost, "b"));
            assertThat(brokers.get(lost).address()).isEqualTo(urls.get(lost));

            endOnce(Stream.concat(before.stream(), during.stream()).toList());
        }
    }
}
