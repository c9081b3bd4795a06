package safelight.platform.processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import safelight.fleet.Instance;
import safelight.platform.Child;
import safelight.platform.Member;
import safelight.platform.Platform;
import safelight.platform.PlatformUnavailable;

/// Instances as child processes of this one, named `web-1`, `web-2`, ... What they print goes to a
/// file of that name in the folder of logs. The lock guards `kept` and `closed`.
public final class ProcessPlatform implements Platform {
    private static final Pattern READY =
            Pattern.compile("is ready(?: (?:at https?://|as )(\\S+))?");
    private static final int MEMBERS_MAX = 1000;

    private final SequencedMap<Instance.Role, Launch> launches;
    private final Path logs;
    private final Clock clock;
    private final RandomGenerator random;
    private final Map<String, Kept> kept = new LinkedHashMap<>();
    private boolean closed;

    /// Runs the roles of `launches`, which name a role before those that need it; `logs` is made if
    /// it is not there.
    ///
    /// @throws IOException if that folder cannot be made
    public ProcessPlatform(
            SequencedMap<Instance.Role, Launch> launches,
            Path logs,
            Clock clock,
            RandomGenerator random)
            throws IOException {
        this.launches = new LinkedHashMap<>(launches);
        this.logs = Files.createDirectories(logs);
        this.clock = clock;
        this.random = random;
    }

    @Override
    public synchronized Member start(Instance.Role role) {
        var launch = launches.get(role);
        if (launch == null) throw new PlatformUnavailable("start an instance of " + role);
        if (closed) throw new PlatformUnavailable("start an instance: it is stopping");
        var name = freeName(role);
        var started = new Kept(name, role, launch);
        kept.put(name, started);
        return started.member();
    }

    @Override
    public synchronized void stop(String name) {
        var leaving = kept.get(name);
        if (leaving == null || leaving.phase == Member.Phase.STOPPING) return;
        leaving.phase = Member.Phase.STOPPING;
        leaving.child.ask();
        Thread.ofVirtual().name("stop-" + name).start(() -> bury(leaving));
    }

    @Override
    public synchronized List<Member> members() {
        return kept.values().stream().map(Kept::member).toList();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        for (var role : launches.sequencedKeySet().reversed()) close(role);
    }

    /// Stops all instances of a role side by side.
    private void close(Instance.Role role) {
        var leaving = of(role);
        for (var each : leaving) stop(each.name);
        for (var each : leaving) each.child.close();
        synchronized (this) {
            leaving.forEach(each -> kept.remove(each.name));
        }
    }

    private synchronized Collection<Kept> of(Instance.Role role) {
        return new ArrayList<>(kept.values().stream().filter(k -> k.role == role).toList());
    }

    private void bury(Kept leaving) {
        leaving.child.close();
        synchronized (this) {
            kept.remove(leaving.name);
        }
    }

    /// The lowest free number, so that files of logs do not become more and more.
    private String freeName(Instance.Role role) {
        var prefix = role.name().toLowerCase(Locale.ROOT) + "-";
        for (int number = 1; number <= MEMBERS_MAX; number++)
            if (!kept.containsKey(prefix + number)) return prefix + number;
        throw new PlatformUnavailable("start instance number " + (MEMBERS_MAX + 1) + " of " + role);
    }

    /// A child and what it said of itself.
    private final class Kept {
        private final String name;
        private final Instance.Role role;
        private final Child child;
        private volatile Member.Phase phase = Member.Phase.STARTING;
        private volatile String address = "";

        Kept(String name, Instance.Role role, Launch launch) {
            this.name = name;
            this.role = role;
            this.child =
                    new Child(
                            new Child.Plan(
                                    name,
                                    launch.command(),
                                    launch.environment(),
                                    logs.resolve(name + ".log").toFile(),
                                    launch.stopMost(),
                                    this::said,
                                    this::ended),
                            clock,
                            random);
        }

        Member member() {
            return new Member(name, role, phase, address, child.began());
        }

        private void said(String line) {
            var match = READY.matcher(line);
            if (!match.find()) return;
            synchronized (ProcessPlatform.this) {
                if (phase != Member.Phase.STARTING) return;
                var where = match.group(1) == null ? "" : match.group(1);
                // A lease has the address that was bound, not the name that people read.
                address = where.replaceFirst("^localhost:", "127.0.0.1:").replaceFirst("/$", "");
                phase = Member.Phase.SERVING;
            }
        }

        private void ended() {
            synchronized (ProcessPlatform.this) {
                address = "";
                if (phase == Member.Phase.SERVING) phase = Member.Phase.STARTING;
            }
        }
    }
}
