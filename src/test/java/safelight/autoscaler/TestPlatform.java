package safelight.autoscaler;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import safelight.fleet.Instance;
import safelight.platform.Member;
import safelight.platform.Platform;

/// A platform of names: what is started starts until the test says that it serves.
final class TestPlatform implements Platform {
    final List<String> stopped = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private final Instant now;
    private int number;

    TestPlatform(Instant now) {
        this.now = now;
    }

    @Override
    public Member start(Instance.Role role) {
        var name = role.name().toLowerCase(Locale.ROOT) + "-" + ++number;
        members.add(new Member(name, role, Member.Phase.STARTING, "", now));
        return members.getLast();
    }

    /// Everything that was started serves from now on, at its name.
    void serve() {
        members.replaceAll(m ->
                m.phase() == Member.Phase.STARTING
                        ? new Member(
                                m.name(), m.role(), Member.Phase.SERVING, m.name(), m.started())
                        : m);
    }

    /// Its process has died, and starts again.
    void die(String name) {
        members.replaceAll(m ->
                m.name().equals(name)
                        ? new Member(name, m.role(), Member.Phase.STARTING, "", now)
                        : m);
    }

    @Override
    public void stop(String name) {
        stopped.add(name);
        members.replaceAll(m ->
                m.name().equals(name)
                        ? new Member(
                                name, m.role(), Member.Phase.STOPPING, m.address(), m.started())
                        : m);
    }

    @Override
    public List<Member> members() {
        return List.copyOf(members);
    }

    long present(Instance.Role role) {
        return members.stream().filter(m -> m.role() == role && m.isPresent()).count();
    }

    @Override
    public void close() {
        members.clear();
    }
}
