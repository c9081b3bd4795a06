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
                "127.0.0.1:9001",
                "0.1",
                Instance.Abilities.NONE,
                NOON,
                seen,
                new Load(1.5, 100, 0.25, 42),
                false);
    }

    private static Beat beat(Instant at) {
        return new Beat(at, new Load(1.5, 100, 0.25, 42), false);
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
                        "",
                        "0.2",
                        new Instance.Abilities(
                                new TreeSet<>(Set.of("jpeg", "heic")),
                                new TreeSet<>(Set.of("jpeg", "avif"))),
                        NOON.plusSeconds(1),
                        NOON.plusSeconds(2),
                        Load.NONE,
                        true);

        fleet().announce(draining);

        assertThat(fleet().instances(NOON)).containsExactly(draining);
    }

    @Test
    void beatRenewsTheLease() {
        announced("web-1", Instance.Role.WEB, NOON);
        var later = NOON.plusSeconds(10);

        assertThat(fleet().beat(new InstanceId("web-1"), beat(later))).isTrue();
        assertThat(fleet().beat(new InstanceId("web-1"), beat(NOON))).isTrue();

        assertThat(fleet().instances(later))
                .containsExactly(instance("web-1", Instance.Role.WEB, later));
    }

    @Test
    void beatWithoutALeaseSaysSo() {
        assertThat(fleet().beat(new InstanceId("web-1"), beat(NOON))).isFalse();
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
        assertThat(fleet().beat(new InstanceId("web-1"), beat(NOON))).isFalse();
    }

    @Test
    void oldLeasesAreForgotten() {
        announced("web-1", Instance.Role.WEB, NOON.minusSeconds(60));
        var live = announced("web-2", Instance.Role.WEB, NOON);

        assertThat(fleet().forget(NOON)).isEqualTo(1);
        assertThat(fleet().forget(NOON)).isZero();
        assertThat(fleet().instances(Instant.EPOCH)).containsExactly(live);
    }

    @Test
    void beatBringsLoadAndDraining() {
        announced("web-1", Instance.Role.WEB, NOON);
        var load = new Load(7.25, 100, 0.75, 1_000_000_000_000L);

        fleet().beat(new InstanceId("web-1"), new Beat(NOON.plusSeconds(2), load, true));

        var found = fleet().instances(NOON).getFirst();
        assertThat(found.load()).isEqualTo(load);
        assertThat(found.draining()).isTrue();
    }

    @Test
    void desiredCountsAreKeptForEachDataCenter() {
        fleet().desire("us-east", new Desired(2, 1));
        fleet().desire("us-east", new Desired(3, 4));
        fleet().desire("us-west", new Desired(1, 0));

        assertThat(fleet().desired("us-east")).contains(new Desired(3, 4));
        assertThat(fleet().desired("us-west")).contains(new Desired(1, 0));
        assertThat(fleet().desired("eu-west")).isEmpty();
    }
}
