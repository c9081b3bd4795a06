package safelight.platform.haproxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.app.FreePort;
import safelight.app.LoadGenerator;
import safelight.base.InstanceId;
import safelight.fleet.Instance;
import safelight.fleet.Load;
import safelight.platform.PlatformUnavailable;
import safelight.platform.Tiny;

/// Real HAProxy before tiny servers in processes of their own.
class HaproxyIT {
    private static final Duration WAIT_MOST = Duration.ofSeconds(60);
    private static final Duration DRAIN_MOST = Duration.ofSeconds(20);

    @TempDir private Path folder;
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<Instance, Process> servers = new HashMap<>();
    private int port;
    private Haproxy balancer;

    @BeforeEach
    void start() throws IOException {
        port = FreePort.find();
        balancer = new Haproxy(settings(port, 4), Clock.systemUTC(), new Random(1));
    }

    @AfterEach
    void stop() throws InterruptedException {
        balancer.close();
        for (var process : servers.values()) {
            process.destroyForcibly();
            process.waitFor();
        }
        client.close();
    }

    private HaproxySettings settings(int listen, int slots) throws IOException {
        return new HaproxySettings(
                HaproxySettings.PROGRAM,
                "127.0.0.1:" + listen,
                "127.0.0.1:" + FreePort.find(),
                folder.resolve("haproxy"),
                slots,
                DRAIN_MOST);
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

    private Instance server() throws IOException {
        var process =
                new ProcessBuilder(Tiny.command())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        var lines = process.inputReader();
        var agent = lines.readLine().replace("agent at ", "");
        var address = lines.readLine().replaceFirst(".*http://", "");
        var now = Instant.now();
        var lease =
                new Instance(
                        new InstanceId("web-" + process.pid()),
                        Instance.Role.WEB,
                        "local",
                        address,
                        agent,
                        "1",
                        Instance.Abilities.NONE,
                        now,
                        now,
                        Load.NONE,
                        false);
        servers.put(lease, process);
        return lease;
    }

    private HttpResponse<String> send(String path, String... headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (headers.length > 0) request.headers(headers);
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /// The process ids of the servers that answered 40 requests.
    private Set<Long> answering() throws IOException, InterruptedException {
        var ids = new HashSet<Long>();
        for (int i = 0; i < 40; i++) {
            var answer = send("/");
            if (answer.statusCode() == 200)
                ids.add(Long.parseLong(answer.body().split(" ", -1)[0]));
        }
        return ids;
    }

    private long id(Instance server) {
        return servers.get(server).pid();
    }

    @Test
    void slotsFollowTheFleet() throws Exception {
        assertThat(send("/").statusCode()).isEqualTo(503);
        assertThat(send("/").headers().firstValue("Retry-After")).contains("2");
        assertThat(send("/").body()).contains("SL-PLATFORM-02");
        var a = server();
        var b = server();

        balancer.follow(List.of(a));
        await(() -> answering().equals(Set.of(id(a))));
        balancer.follow(List.of(a, b));
        await(() -> answering().equals(Set.of(id(a), id(b))));
        servers.get(a).destroyForcibly().waitFor();
        await(() -> answering().equals(Set.of(id(b))));
        // A server with connections to be ended keeps its slot for a round or two.
        var file = folder.resolve("haproxy/haproxy.cfg");
        await(() -> {
            balancer.follow(List.of(b));
            return !Files.readString(file).contains(a.address());
        });

        assertThat(answering()).containsExactly(id(b));
        assertThat(Files.readString(file)).contains(b.address());
    }

    @Test
    void clientCannotClaimToBeSomebodyElse() throws Exception {
        balancer.follow(List.of(server()));
        await(() -> !answering().isEmpty());

        assertThat(send("/", "X-Forwarded-For", "6.6.6.6", "X-Forwarded-For", "7.7.7.7").body())
                .contains("[127.0.0.1]");
    }

    @Test
    void moreServersThanSlotsMakeMoreSlots() throws Exception {
        var all = new ArrayList<Instance>();
        for (int i = 0; i < 5; i++) all.add(server());

        try (var load = LoadGenerator.get(URI.create("http://127.0.0.1:" + port + "/?ms=5"), 50)) {
            balancer.follow(all.subList(0, 1));
            await(() -> !answering().isEmpty());
            long failedBefore = load.failed();
            balancer.follow(all);
            await(() -> answering().size() == 5);

            assertThat(load.failed()).isEqualTo(failedBefore);
        }
    }

    @Test
    void reloadAndCrashOfHaproxyLoseNothing() throws Exception {
        var a = server();
        var b = server();
        balancer.follow(List.of(a, b));
        await(() -> answering().size() == 2);

        try (var load =
                LoadGenerator.get(URI.create("http://127.0.0.1:" + port + "/?ms=20"), 100)) {
            balancer.reload();
            assertThat(answering()).containsExactlyInAnyOrder(id(a), id(b));
            assertThat(load.stop().failures()).isEmpty();
        }
        balancer.processes().forEach(ProcessHandle::destroyForcibly);
        await(() -> {
            try {
                return answering().size() == 2;
            } catch (IOException e) {
                return false;
            }
        });
        balancer.follow(List.of(a, b));
    }

    /// A client that sends at the moment of a reload must not find its connection closed.
    @Test
    void connectionThatWasIdleAtAReloadIsToldToClose() throws Exception {
        var a = server();
        balancer.follow(List.of(a));
        await(() -> !answering().isEmpty());

        try (var kept = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertThat(ask(kept)).startsWith("HTTP/1.1 200").doesNotContain("connection: close");
            balancer.reload();
            assertThat(ask(kept)).startsWith("HTTP/1.1 200").contains("connection: close");
        }
    }

    @Test
    void closeWaitsForRequestsAndNotForIdleConnections() throws Exception {
        balancer.follow(List.of(server()));
        await(() -> !answering().isEmpty());

        try (var idle = new Socket(InetAddress.getLoopbackAddress(), port)) {
            ask(idle);
            var slow = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/?ms=3000"));
            var answer = client.sendAsync(slow.build(), HttpResponse.BodyHandlers.ofString());
            await(() -> inHand() == 1);
            balancer.close();

            assertThat(answer).isDone();
            assertThat(answer.join().statusCode()).isEqualTo(200);
            assertThat(idle.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(balancer.log()).content().doesNotContain("soft-stop running for too long");
    }

    /// The head of an answer, in small letters but for the first line. Its body is one buffer with
    /// it.
    private static String ask(Socket kept) throws IOException {
        kept.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
        var buffer = new byte[4096];
        return new String(buffer, 0, kept.getInputStream().read(buffer), US_ASCII);
    }

    @Test
    void rollingRestartUnderLoadFailsNothing() throws Exception {
        var a = server();
        var b = server();
        balancer.follow(List.of(a, b));
        await(() -> answering().size() == 2);
        LoadGenerator.Result result;

        try (var load =
                LoadGenerator.get(URI.create("http://127.0.0.1:" + port + "/?ms=20"), 200)) {
            for (var old : List.of(a, b)) {
                var fresh = server();
                balancer.follow(List.copyOf(servers.keySet()));
                await(() -> answering().contains(id(fresh)));
                servers.get(old).toHandle().destroy();
                servers.get(old).waitFor();
                servers.remove(old);
                balancer.follow(List.copyOf(servers.keySet()));
            }
            result = load.stop();
        }

        System.out.println("rolling restart: " + result.line());
        assertThat(result.failures()).isEmpty();
        assertThat(answering()).doesNotContain(a.started().toEpochMilli()).hasSize(2);
    }

    @Test
    void killOfAServerUnderLoadFailsNoGet() throws Exception {
        var all = new ArrayList<Instance>();
        for (int i = 0; i < 3; i++) all.add(server());
        balancer.follow(all);
        await(() -> answering().size() == 3);
        LoadGenerator.Result result;

        try (var load =
                LoadGenerator.get(URI.create("http://127.0.0.1:" + port + "/?ms=50"), 200)) {
            await(() -> load.sent() > 400);
            servers.get(all.getFirst()).destroyForcibly().waitFor();
            await(() -> load.sent() > 1200);
            result = load.stop();
        }

        System.out.println("kill -9: " + result.line());
        assertThat(result.failures()).isEmpty();
        assertThat(balancer.stats().stream().mapToLong(ServerStat::retries).sum()).isPositive();
    }

    @Test
    void killOfAServerUnderLoadRepeatsNoPostWithoutAKey() throws Exception {
        var a = server();
        balancer.follow(List.of(a));
        await(() -> !answering().isEmpty());
        var b = server();
        balancer.follow(List.of(a, b));
        var post =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/?ms=30000"))
                        .POST(HttpRequest.BodyPublishers.ofString("x"))
                        .build();
        var sent = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        // On a connection that has answered before, HAProxy closes it instead of saying 502.
        try (var fresh = HttpClient.newHttpClient()) {
            for (int i = 0; i < 20; i++)
                sent.add(fresh.sendAsync(post, HttpResponse.BodyHandlers.ofString()));
            await(() -> inHand() == sent.size());
            assertLost(sent, a, b);
        }
    }

    /// The requests that servers have and have not answered.
    private long inHand() {
        return balancer.stats().stream()
                .filter(s -> s.name().matches("web\\d+"))
                .mapToLong(ServerStat::sessions)
                .sum();
    }

    private void assertLost(
            List<CompletableFuture<HttpResponse<String>>> sent, Instance a, Instance b)
            throws InterruptedException {
        servers.get(a).destroyForcibly().waitFor();
        servers.get(b).destroyForcibly().waitFor();

        for (var answer : sent) {
            assertThat(answer.join().statusCode()).isEqualTo(502);
            assertThat(answer.join().body()).contains("SL-PLATFORM-04");
        }
    }

    @Test
    void takenPortIsSaidAtOnce() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var wrong = settings(taken.getLocalPort(), 4);
            var elsewhere =
                    new HaproxySettings(
                            wrong.program(),
                            wrong.bind(),
                            wrong.stats(),
                            folder.resolve("other"),
                            4,
                            DRAIN_MOST);

            assertThatThrownBy(() -> new Haproxy(elsewhere, Clock.systemUTC(), new Random(1)))
                    .isInstanceOf(PlatformUnavailable.class)
                    .hasMessageContaining("in use");
        }
    }
}
