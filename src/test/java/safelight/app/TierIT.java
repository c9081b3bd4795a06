package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.cql.CassandraServer;
import safelight.cql.CqlCluster;
import safelight.sessions.redis.RedisServer;
import safelight.sql.PostgresServer;

/// Three web servers behind HAProxy, with each engine of sessions: any server answers any request,
/// and the loss of one loses nothing.
class TierIT {
    private static final int SERVERS = 3;
    private static final int REQUESTS = 1_000;
    private static final int USERS = 48;
    private static final int CLIENTS = 8;
    private static final int TRIES = 10;
    private static final Duration LOAD = Duration.ofSeconds(6);

    @TempDir private Path folder;

    @Test
    void sqlite() throws Exception {
        check(List.of());
    }

    @Test
    void postgresql() throws Exception {
        var server = PostgresServer.shared();
        var access = server.fresh();
        try {
            check(
                    List.of(
                            "catalog.engine=postgresql",
                            "postgresql.url=" + access.url(),
                            "postgresql.user=" + access.user(),
                            "postgresql.password=" + access.password()));
        } finally {
            server.giveBack(access);
        }
    }

    @Test
    void redis() throws Exception {
        try (var server = RedisServer.start(folder.resolve("redis"))) {
            check(List.of("sessions.engine=redis", "redis.url=" + server.url()));
        }
    }

    @Test
    void cassandra() throws Exception {
        var access = CassandraServer.shared().access("tier");
        CqlCluster.open(access).close();
        check(
                List.of(
                        "catalog.engine=cassandra",
                        "cassandra.contact-points=" + String.join(",", access.contactPoints()),
                        "cassandra.data-center=" + access.dataCenter(),
                        "cassandra.keyspace=" + access.keyspace(),
                        "cassandra.replication=" + access.dataCenter() + "=1"));
    }

    /// The way that it must not be done: sessions in each server's memory, and a load balancer that
    /// sends a user to the same server again and again by a cookie. Who was on the lost server is
    /// signed out.
    @Test
    void stickyServersWithSessionsInMemoryLoseTheLoginsOfTheLostOne() throws Exception {
        try (var tier = Tier.forgetful(folder, SERVERS);
                var sticky = StickyBalancer.start(folder, tier.addresses())) {
            var users = all(USERS, () -> StickyBalancer.signedUp(sticky.url()));
            for (var user : users) user.get("/api/v1/session").is(200);

            tier.webs().getFirst().kill();

            sticky.awaitServing(users.getFirst(), SERVERS - 1);
            long lost =
                    users.stream().filter(u -> u.get("/api/v1/session").status() == 401).count();
            System.out.printf("sticky: %d of %d logins lost%n", lost, USERS);
            assertThat(lost).isBetween(USERS / 6L, USERS / 2L);
        }
    }

    private void check(List<String> settings) throws Exception {
        try (var tier = Tier.start(folder, settings, SERVERS)) {
            var client = TestClient.signedUp(tier.url());
            var sessions = everywhere(client);
            assertThat(sessions).hasSize(REQUESTS);
            assertThat(texts(sessions, "/account/id")).hasSize(1);
            assertThat(texts(sessions, "/servedBy")).hasSize(SERVERS);
            loseOne(tier, client);
        }
    }

    /// The answers to many requests with one login.
    private static List<JsonNode> everywhere(TestClient client) throws Exception {
        return all(REQUESTS, () -> client.get("/api/v1/session").is(200).json());
    }

    private static Set<String> texts(List<JsonNode> nodes, String pointer) {
        return nodes.stream().map(n -> n.at(pointer).asText()).collect(Collectors.toSet());
    }

    private static <T> List<T> all(int count, Callable<T> task) throws Exception {
        try (var clients = Executors.newFixedThreadPool(CLIENTS)) {
            var answers = new ArrayList<T>();
            var tasks = IntStream.range(0, count).mapToObj(_ -> task).toList();
            for (Future<T> answer : clients.invokeAll(tasks)) answers.add(answer.get());
            return answers;
        }
    }

    /// `kill -9` of a server under load. What fails is tried again, as a client does.
    private static void loseOne(Tier tier, TestClient client) throws Exception {
        var end = System.nanoTime() + LOAD.toNanos();
        Callable<Integer> load =
                () -> {
                    int answered = 0;
                    for (; System.nanoTime() < end; answered++) insist(client);
                    return answered;
                };
        try (var clients = Executors.newFixedThreadPool(CLIENTS)) {
            var loads = IntStream.range(0, CLIENTS).mapToObj(_ -> clients.submit(load)).toList();
            TimeUnit.MILLISECONDS.sleep(LOAD.toMillis() / 3);
            tier.webs().getFirst().kill();
            for (var each : loads) assertThat(each.get()).isPositive();
        }
        var after = everywhere(client);
        assertThat(texts(after, "/account/id")).hasSize(1);
        assertThat(texts(after, "/servedBy")).hasSize(SERVERS - 1);
    }

    private static void insist(TestClient client) throws IOException, InterruptedException {
        for (int i = 1; ; i++) {
            try {
                var answer = client.get("/api/v1/session");
                if (answer.status() == 200) return;
                // A login is never lost: only what passes may be tried again.
                assertThat(answer.status()).isIn(502, 503, 504);
            } catch (UncheckedIOException e) {
                if (i == TRIES) throw e;
            }
            assertThat(i).isLessThan(TRIES);
            TimeUnit.MILLISECONDS.sleep(50L * i);
        }
    }
}
