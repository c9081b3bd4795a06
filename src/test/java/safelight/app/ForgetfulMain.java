package safelight.app;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.imaging.Planar;
import safelight.sessions.Session;
import safelight.sessions.Sessions;

/// Safelight as it must not be: each web server keeps its sessions in its own memory, so that a
/// load balancer has to send a user to the same server again and again. Shows what that costs.
public final class ForgetfulMain {
    private ForgetfulMain() {}

    /// As the real one.
    public static void main(String[] arguments) {
        System.exit(
                Main.run(
                        new Plugs(Planar::open, ForgetfulMain.class, _ -> new InMemory()),
                        arguments));
    }

    private static final class InMemory implements Sessions {
        private final Map<Digest, Session> sessions = new ConcurrentHashMap<>();

        @Override
        public void add(Session session) {
            sessions.put(session.id(), session);
        }

        @Override
        public Optional<Session> find(Digest id) {
            return Optional.ofNullable(sessions.get(id));
        }

        @Override
        public void touch(Digest id, Instant seen) {
            // Nothing here grows old.
        }

        @Override
        public void remove(Digest id) {
            sessions.remove(id);
        }

        @Override
        public void removeAll(AccountId account) {
            sessions.values().removeIf(s -> s.account().equals(account));
        }

        @Override
        public int forget(Instant created, Instant seen) {
            return 0;
        }

        @Override
        public Tally attempt(String key, Instant now, Duration window) {
            return new Tally(1, now);
        }

        @Override
        public void forgive(String key) {
            // Nothing is counted.
        }
    }
}
