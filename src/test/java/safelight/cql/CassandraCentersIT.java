package safelight.cql;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.sessions.Session;
import safelight.sessions.SessionsUnavailable;
import safelight.sessions.cassandra.CassandraSessions;

/// Two data centers: what is written in one is read in the other, and each works alone.
class CassandraCentersIT {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final AccountId ANN = new AccountId("01kdvh00000000000000000001");
    private static final Duration SEEN_MOST = Duration.ofMinutes(2);

    private static Session session(int number) {
        return new Session(Digest.of(new byte[] {(byte) number}), ANN, 0, NOON, NOON, "test");
    }

    private static void awaitSession(CassandraSessions sessions, Session wanted) throws Exception {
        long deadline = System.nanoTime() + SEEN_MOST.toNanos();
        while (!isThere(sessions, wanted)) {
            assertThat(System.nanoTime()).as("session was not seen in time").isLessThan(deadline);
            Thread.sleep(100);
        }
    }

    private static boolean isThere(CassandraSessions sessions, Session wanted) {
        try {
            return sessions.find(wanted.id()).equals(Optional.of(wanted));
        } catch (SessionsUnavailable e) {
            return false;
        }
    }

    @Test
    void eachDataCenterWorksAlone() throws Exception {
        try (var east = CassandraServer.start();
                var west = east.join("us-west")) {
            var centers = new String[] {CassandraServer.DATA_CENTER, "us-west"};
            try (var inEast = CqlCluster.open(east.access("centers", centers));
                    var inWest = CqlCluster.join(west.access("centers", centers))) {
                var eastern = new CassandraSessions(inEast, Duration.ofDays(30));
                var western = new CassandraSessions(inWest, Duration.ofDays(30));
                eastern.add(session(1));
                awaitSession(western, session(1));

                east.kill();

                western.add(session(2));
                western.remove(session(1).id());
                assertThat(western.find(session(2).id())).contains(session(2));

                east.restart();
                awaitSession(new CassandraSessions(inEast, Duration.ofDays(30)), session(2));
            }
        }
    }
}
