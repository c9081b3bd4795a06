package safelight.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import safelight.base.InstanceId;

/// What every engine's leases do.
public abstract class FleetContract {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.123456Z");

    /// A fleet of nobody, the same one during a test.
    protected abstract Fleet fleet();

    private static Instance instance(String id, Instance.Role role, Instant seen) {
        return new Instance(
                new InstanceId(id),
                role,
                "us-east",
                "http://127.0.0.1:8080",
                "0.1",
                Instance.Abilities.NONE,
                NOON,
                seen,
                false);
    }

    private Instance announced(String id, Instance.Role role, Instant seen) {
        var instance = instance(id, role, seen);
        fleet().announce(instance);
        return instance;
    }

    @Test
    void instancesAreOrderedByRoleAndId() {
        var worker = announced("a-worker", Instance.Role.WORKER, NOON);
        var second = announced("web-2", Instance.Role.WEB, NOON);
        var first = announced("web-1", Instance.Role.WEB, NOON);

        assertThat(fleet().instances(NOON)).containsExactly(first, second, worker);
    }

    @Test
    void announcingAgainReplaces() {
        announced("web-1", Instance.Role.WEB, NOON);
        var draining =
                new Instance(
                        new InstanceId("web-1"),
                        Instance.Role.WEB,
                        "us-west",
                        "",
                        "0.2",
                        new Instance.Abilities(
                                new TreeSet<>(Set.of("jpeg", "heic")),
                                new TreeSet<>(Set.of("jpeg", "avif"))),
                        NOON.plusSeconds(1),
                        NOON.plusSeconds(2),
                        true);

        fleet().announce(draining);

        assertThat(fleet().instances(NOON)).containsExactly(draining);
    }

    @Test
    void beatRenewsTheLease() {
        announced("web-1", Instance.Role.WEB, NOON);
        var later = NOON.plusSeconds(10);

        assertThat(fleet().beat(new InstanceId("web-1"), later)).isTrue();
        assertThat(fleet().beat(new InstanceId("web-1"), NOON)).isTrue();

        assertThat(fleet().instances(later))
                .containsExactly(instance("web-1", Instance.Role.WEB, later));
    }

    @Test
    void beatWithoutALeaseSaysSo() {
        assertThat(fleet().beat(new InstanceId("web-1"), NOON)).isFalse();
        assertThat(fleet().instances(Instant.EPOCH)).isEmpty();
    }

    @Test
    void silentInstancesAreNotListed() {
        announced("web-1", Instance.Role.WEB, NOON.minusSeconds(30));
        var live = announced("web-2", Instance.Role.WEB, NOON);

        assertThat(fleet().instances(NOON.minusSeconds(10))).containsExactly(live);
    }

    @Test
    void withdrawnInstanceIsGone() {
        announced("web-1", Instance.Role.WEB, NOON);

        fleet().withdraw(new InstanceId("web-1"));
        fleet().withdraw(new InstanceId("web-1"));

        assertThat(fleet().instances(Instant.EPOCH)).isEmpty();
        assertThat(fleet().beat(new InstanceId("web-1"), NOON)).isFalse();
    }

    @Test
    void oldLeasesAreForgotten() {
        announced("web-1", Instance.Role.WEB, NOON.minusSeconds(60));
        var live = announced("web-2", Instance.Role.WEB, NOON);

        assertThat(fleet().forget(NOON)).isEqualTo(1);
        assertThat(fleet().forget(NOON)).isZero();
        assertThat(fleet().instances(Instant.EPOCH)).containsExactly(live);
    }
}
