package safelight.sessions.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.cql.CassandraKeyspace;
import safelight.sessions.Session;
import safelight.sessions.Sessions;
import safelight.sessions.SessionsContract;

/// Sessions in Cassandra.
class CassandraSessionsIT extends SessionsContract {
    @RegisterExtension
    static final CassandraKeyspace KEYSPACE =
            new CassandraKeyspace("session", "session_of_account", "sign_in_attempt");

    @Override
    protected Sessions sessions() {
        return new CassandraSessions(CassandraKeyspace.cluster(), Duration.ofDays(30));
    }

    @Override
    protected boolean forgetsWhenAsked() {
        return false;
    }

    @Override
    protected boolean countsExactly() {
        return false;
    }

    @Test
    void everyColumnEndsByItself() {
        var now = Instant.parse("2026-01-01T12:00:00Z");
        var account = new AccountId("01kdvh00000000000000000001");
        var session = new Session(Digest.of(new byte[] {9}), account, 0, now, now, "curl");

        sessions().add(session);
        sessions().touch(session.id(), now.plusSeconds(60));

        var access = CassandraKeyspace.cluster().in((_, e) -> new IllegalStateException(e));
        for (var column : List.of("account", "epoch", "created_at", "seen_at", "user_agent")) {
            var ttl = "SELECT TTL(" + column + ") AS seconds FROM session WHERE id = ?";
            int seconds =
                    access.run(
                            "look",
                            s ->
                                    s.one(ttl, row -> row.small("seconds"), session.id())
                                            .orElseThrow());
            assertThat(seconds).as(column).isBetween(1, (int) Duration.ofDays(30).toSeconds());
        }
    }
}
