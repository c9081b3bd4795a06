package safelight.cql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import safelight.base.AtOnce;
import safelight.base.Digest;
import safelight.base.Failure;
import safelight.base.Waiting;
import safelight.sessions.SessionsUnavailable;
import safelight.sessions.cassandra.CassandraSessions;

/// Connecting, the schema, and a node that goes away.
class CassandraClusterIT {
    private static final Duration PROMISED = Duration.ofSeconds(5);

    /// For a machine that is busy.
    private static final Duration DOWN_MOST = PROMISED.multipliedBy(4);

    /// As long as one waits for another that makes the schema, and more.
    private static final Duration SCHEMA_MOST = Duration.ofMinutes(4);

    private static final Duration BACK_MOST = Duration.ofMinutes(1);

    private static CqlAccess withPoints(CqlAccess access, String... points) {
        return new CqlAccess(
                List.of(points),
                access.dataCenter(),
                access.keyspace(),
                access.user(),
                access.password(),
                access.replication());
    }

    private static String code(Throwable failure) {
        return ((Failure) failure).problem().code();
    }

    @Test
    void processesThatStartAtOnceMakeOneSchema() throws Exception {
        var access = CassandraServer.shared().access("at_once");

        var clusters = AtOnce.run(3, SCHEMA_MOST, _ -> CqlCluster.open(access));

        for (var cluster : clusters) {
            Waiting.until(cluster::isAnswering);
            cluster.close();
        }
        CqlCluster.join(access).close();
    }

    @Test
    void missingAndNewerSchemasAreRefused() {
        assertThatThrownBy(() -> CqlCluster.join(CassandraServer.shared().access("nobodys")))
                .isInstanceOf(SchemaRefused.class)
                .hasMessageContaining("nobodys");
        noteVersion(Schema.VERSION + 1);
        try {
            assertThatThrownBy(() -> CqlCluster.open(CassandraKeyspace.access()))
                    .isInstanceOf(SchemaRefused.class)
                    .satisfies(e -> assertThat(code(e)).isEqualTo("SL-CQL-01"));
            assertThatThrownBy(() -> CqlCluster.join(CassandraKeyspace.access()))
                    .isInstanceOf(SchemaRefused.class);
        } finally {
            noteVersion(Schema.VERSION);
        }
    }

    private static void noteVersion(int version) {
        CassandraKeyspace.cluster()
                .in((_, e) -> new IllegalStateException(e))
                .write(
                        "note a version",
                        s ->
                                s.change(
                                        "UPDATE schema_note SET value = ? WHERE name = ?",
                                        String.valueOf(version),
                                        "version"));
    }

    @Test
    void oneOfTheContactPointsIsEnough() {
        CassandraKeyspace.cluster();
        var access = CassandraKeyspace.access();
        var point = CassandraServer.shared().point();
        var dead = point.substring(0, point.lastIndexOf(':')) + ":1";

        CqlCluster.join(withPoints(access, dead, point)).close();

        assertThatThrownBy(() -> CqlCluster.open(withPoints(access, dead)))
                .isInstanceOf(CqlCluster.CannotConnect.class)
                .hasMessageContaining(dead);
    }

    @Test
    void wrongDataCenterIsSaidSo() {
        var access = CassandraServer.shared().access("center");
        var wrong =
                new CqlAccess(access.contactPoints(), "mars", "center", "", "", Map.of("mars", 1));

        assertThatThrownBy(() -> CqlCluster.open(wrong))
                .isInstanceOf(CqlCluster.CannotConnect.class)
                .satisfies(e -> assertThat(code(e)).isEqualTo("SL-CQL-02"));
    }

    @Test
    void killedNodeFailsSoonAndComesBackByItself() throws Exception {
        var id = Digest.of(new byte[] {1});
        try (var server = CassandraServer.start();
                var cluster = CqlCluster.open(server.access("down"))) {
            var sessions = new CassandraSessions(cluster, Duration.ofDays(30));
            assertThat(sessions.find(id)).isEmpty();

            server.kill();
            assertThat(Driver.PATIENCE.answer()).isLessThan(PROMISED);
            for (int i = 0; i < 3; i++) {
                long began = System.nanoTime();
                assertThatThrownBy(() -> sessions.find(id)).isInstanceOf(SessionsUnavailable.class);
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(DOWN_MOST);
            }
            assertThat(cluster.isAnswering()).isFalse();

            server.restart();
            awaitAnswer(sessions, id);
            Waiting.until(cluster::isAnswering);
        }
    }

    private static void awaitAnswer(CassandraSessions sessions, Digest id) throws Exception {
        var last = new AtomicReference<SessionsUnavailable>();
        long deadline = System.nanoTime() + BACK_MOST.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                sessions.find(id);
                return;
            } catch (SessionsUnavailable e) {
                last.set(e);
                Thread.sleep(100);
            }
        }
        throw last.get();
    }
}
