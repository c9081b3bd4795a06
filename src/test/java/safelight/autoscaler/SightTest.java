package safelight.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import safelight.base.InstanceId;
import safelight.fleet.Instance;
import safelight.fleet.Load;
import safelight.platform.Member;

class SightTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private static Instance lease(String name, double busy, int ageSeconds, boolean draining) {
        return new Instance(
                new InstanceId("web-" + name),
                Instance.Role.WEB,
                "local",
                name + ":80",
                "",
                "1",
                Instance.Abilities.NONE,
                NOW.minusSeconds(100),
                NOW.minusSeconds(ageSeconds),
                new Load(busy, 100, 0.5, 7),
                draining);
    }

    private static Member member(String name, Member.Phase phase, int ageSeconds) {
        var address = phase == Member.Phase.STARTING ? "" : name + ":80";
        return new Member(name, Instance.Role.WEB, phase, address, NOW.minusSeconds(ageSeconds));
    }

    private static Sight sight(List<Instance> leases, List<Member> members) {
        return new Sight(Instance.Role.WEB, NOW, leases, members, Duration.ofSeconds(6));
    }

    @Test
    void soManyMayStartAtOnceBesideThoseThatServe() {
        var serving = List.of(lease("a", 3, 1, false));
        var old = member("b", Member.Phase.STARTING, 60);
        var fresh = member("c", Member.Phase.STARTING, 1);

        assertThat(sight(serving, List.of()).startable(4, 1)).isEqualTo(1);
        assertThat(sight(serving, List.of(fresh)).startable(4, 1)).isZero();
        assertThat(sight(serving, List.of(fresh)).startable(4, 3)).isEqualTo(2);
        assertThat(sight(serving, List.of(fresh)).startable(1, 3)).isEqualTo(1);
        assertThat(sight(serving, List.of(old)).startable(4, 1)).as("it hangs").isEqualTo(1);
        assertThat(sight(serving, List.of()).startable(-2, 1)).isZero();
    }

    @Test
    void allMayStartWhileNobodyServes() {
        var starting = List.of(member("b", Member.Phase.STARTING, 1));

        assertThat(sight(List.of(), starting).startable(4, 1)).isEqualTo(4);
        assertThat(sight(List.of(lease("a", 3, 1, true)), starting).startable(4, 1)).isEqualTo(4);
    }

    @Test
    void startingServersCountAndLeavingOnesDoNot() {
        var sight =
                sight(
                        List.of(
                                lease("a", 3, 1, false),
                                lease("b", 4, 1, true),
                                lease("c", 5, 1, false),
                                lease("foreign", 1, 1, false)),
                        List.of(
                                member("a", Member.Phase.SERVING, 9),
                                member("c", Member.Phase.STOPPING, 9),
                                member("d", Member.Phase.STARTING, 1)));

        assertThat(sight.present()).isEqualTo(3);
        assertThat(sight.sample().busy()).isEqualTo(13);
        assertThat(sight.sample().cpuCores()).isEqualTo(2);
        assertThat(sight.sample().places()).isEqualTo(100);
        assertThat(sight.sample().complete()).isTrue();
    }

    @Test
    void figuresAreIncompleteWithoutALateServer() {
        var late = sight(List.of(lease("a", 3, 7, false)), List.of());
        var unmeasured =
                sight(
                        List.of(
                                lease("a", 3, 1, false),
                                new Instance(
                                        new InstanceId("web-b"),
                                        Instance.Role.WEB,
                                        "local",
                                        "b:80",
                                        "",
                                        "1",
                                        Instance.Abilities.NONE,
                                        NOW,
                                        NOW,
                                        Load.NONE,
                                        false)),
                        List.of());
        var silent = sight(List.of(), List.of(member("a", Member.Phase.SERVING, 9)));

        assertThat(late.sample().complete()).isFalse();
        assertThat(unmeasured.sample().complete()).isFalse();
        assertThat(silent.sample().complete()).isFalse();
        assertThat(silent.present()).isEqualTo(1);
    }

    @Test
    void leastBusyGoesFirstOfEqualsTheNewest() {
        var leases =
                List.of(lease("a", 3, 1, false), lease("b", 1, 1, false), lease("c", 1, 1, false));
        var serving =
                List.of(
                        member("a", Member.Phase.SERVING, 9),
                        member("b", Member.Phase.SERVING, 9),
                        member("c", Member.Phase.SERVING, 5));

        var first = sight(leases, serving).leastMissed().orElseThrow();
        var second = sight(leases, serving).without(first).leastMissed().orElseThrow();

        assertThat(first.name()).isEqualTo("c");
        assertThat(second.name()).isEqualTo("b");
    }

    @Test
    void whatDoesNotServeYetGoesBeforeWhatServes() {
        var going =
                sight(
                                List.of(lease("a", 0, 1, false)),
                                List.of(
                                        member("a", Member.Phase.SERVING, 1),
                                        member("b", Member.Phase.STARTING, 9)))
                        .leastMissed();

        assertThat(going.orElseThrow().name()).isEqualTo("b");
    }

    @Test
    void whatStopsAlreadyIsNotStoppedAgain() {
        assertThat(sight(List.of(), List.of(member("a", Member.Phase.STOPPING, 1))).leastMissed())
                .isEmpty();
    }
}
