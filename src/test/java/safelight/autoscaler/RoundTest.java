package safelight.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import safelight.base.InstanceId;
import safelight.fleet.Desired;
import safelight.fleet.FleetUnavailable;
import safelight.fleet.Instance;
import safelight.fleet.Instance.Role;
import safelight.fleet.Load;
import safelight.observe.Meters;
import safelight.scaling.Line;
import safelight.scaling.Policy;
import safelight.scaling.Scaling;
import safelight.scaling.WorkerPolicy;
import safelight.scaling.WorkerScaling;

/// The autoscaler's rounds over a fleet and a platform in memory, a second apart.
class RoundTest {
    private static final Line IDLE = Line.EMPTY;
    private static final Line LONG = new Line(960, 1, Duration.ofSeconds(3));

    private final Instant start = Instant.parse("2026-01-01T12:00:00Z");
    private final TestFleet fleet = new TestFleet();
    private final TestPlatform platform = new TestPlatform(start);
    private final Meters meters = new Meters();
    private Instant now = start;
    private Optional<Line> line = Optional.of(IDLE);

    private Round round(String id, TestPlatform its, Meters shown) {
        fleet.announce(lease(id, Role.AUTOSCALER, "", Load.NONE));
        return new Round(
                new Controller.Parts(
                        new InstanceId(id),
                        "local",
                        fleet,
                        its,
                        new Policy(Scaling.between(1, 4, 4)),
                        new WorkerPolicy(WorkerScaling.between(0, 8, 2)),
                        () -> line,
                        8,
                        shown,
                        new Clock() {
                            @Override
                            public ZoneId getZone() {
                                return ZoneOffset.UTC;
                            }

                            @Override
                            public Clock withZone(ZoneId zone) {
                                return this;
                            }

                            @Override
                            public Instant instant() {
                                return now;
                            }
                        }));
    }

    private Round round() {
        return round("autoscaler-a", platform, meters);
    }

    private Instance lease(String id, Role role, String address, Load load) {
        return new Instance(
                new InstanceId(id),
                role,
                "local",
                address,
                "",
                "1",
                Instance.Abilities.NONE,
                now,
                now,
                load,
                false);
    }

    /// Every member serves and beats: the workers of `busy` have a job in hand.
    private void beat(TestPlatform its, String... busy) {
        its.serve();
        var working = java.util.Set.of(busy);
        for (var member : its.members()) {
            boolean works = working.contains(member.name());
            fleet.announce(
                    lease(
                            "lease-of-" + member.name(),
                            member.role(),
                            member.address(),
                            new Load(works ? 1 : 0, 2, works ? 1 : 0.01, 0)));
        }
        fleet.announce(lease("autoscaler-a", Role.AUTOSCALER, "", Load.NONE));
    }

    private void run(Round round, int seconds, String... busy) {
        for (int s = 0; s < seconds; s++) {
            now = now.plusSeconds(1);
            beat(platform, busy);
            round.look();
        }
    }

    @Test
    void emptyFleetIsFilledToTheLeast() {
        round().look();

        assertThat(platform.present(Role.WEB)).isOne();
        assertThat(platform.present(Role.WORKER)).isZero();
        assertThat(fleet.desires).containsExactly(new Desired(1, 0));
    }

    @Test
    void firstJobStartsAWorkerAndNoSecondOneWhileItBoots() {
        var round = round();
        round.look();
        line = Optional.of(new Line(1, 0.5, Duration.ZERO));

        for (int s = 0; s < 10; s++) round.look();

        assertThat(platform.present(Role.WORKER)).isOne();
        assertThat(fleet.desires).endsWith(new Desired(1, 1));
    }

    @Test
    void burstAddsFourThenDoublesAndItsEndGoesBackToZero() {
        var round = round();
        run(round, 2);
        line = Optional.of(LONG);

        run(round, 2);
        assertThat(platform.present(Role.WORKER)).isEqualTo(4);
        run(round, 20);
        assertThat(platform.present(Role.WORKER)).isEqualTo(8);

        line = Optional.of(IDLE);
        run(round, 300);
        assertThat(platform.present(Role.WORKER)).isEqualTo(8);
        run(round, 700);
        assertThat(platform.present(Role.WORKER)).isZero();
    }

    @Test
    void idleWorkersGoFirst() {
        var round = round();
        run(round, 1);
        line = Optional.of(LONG);
        run(round, 2);
        line = Optional.of(IDLE);
        var busy =
                platform.members().stream()
                        .filter(m -> m.role() == Role.WORKER)
                        .map(m -> m.name())
                        .skip(1)
                        .toArray(String[]::new);

        run(round, 400, busy);

        assertThat(platform.stopped).isNotEmpty();
        assertThat(platform.stopped.getFirst()).isNotIn((Object[]) busy);
        // three jobs in hand need two workers of two slots
        assertThat(platform.present(Role.WORKER)).isGreaterThanOrEqualTo(2);
    }

    @Test
    void brokerThatDoesNotAnswerTakesNoWorkerAway() {
        var round = round();
        run(round, 1);
        line = Optional.of(LONG);
        run(round, 20);
        line = Optional.empty();

        run(round, 900);

        assertThat(platform.present(Role.WORKER)).isEqualTo(8);
        assertThat(meters.scrape()).contains("safelight_workers_desired NaN");
    }

    @Test
    void storageThatDoesNotAnswerChangesNothing() {
        var round = round();
        run(round, 3);
        fleet.away = true;

        assertThatThrownBy(round::look).isInstanceOf(FleetUnavailable.class);

        assertThat(platform.stopped).isEmpty();
    }

    @Test
    void metricSaysWhatTheFiguresAskFor() {
        var round = round();
        run(round, 1);
        line = Optional.of(LONG);

        run(round, 1);

        // 16 cores for 960 s of work in a minute, at 80 % of two slots; the pace would allow four
        assertThat(meters.scrape()).contains("safelight_workers_desired 8.0");
    }

    @Test
    void leaseOfADeadProcessCountsForNothing() {
        var round = round();
        run(round, 1);
        line = Optional.of(new Line(1, 0.5, Duration.ZERO));
        run(round, 2);
        var worker = platform.members().getLast().name();

        platform.die(worker);
        round.look();

        assertThat(platform.present(Role.WORKER)).isOne();
    }

    @Test
    void secondAutoscalerWatchesAndTakesOverFromWhatItSees() {
        var second = new TestPlatform(start);
        var first = round();
        var other = round("autoscaler-b", second, new Meters());
        line = Optional.of(LONG);
        run(first, 20);

        for (int s = 0; s < 20; s++) {
            now = now.plusSeconds(1);
            beat(platform);
            fleet.announce(lease("autoscaler-b", Role.AUTOSCALER, "", Load.NONE));
            first.look();
            other.look();
        }
        assertThat(second.members()).isEmpty();
        assertThat(platform.present(Role.WORKER)).isEqualTo(8);

        // The first host dies with all that it ran; its leases last for 20 s.
        for (int s = 0; s < 25; s++) {
            now = now.plusSeconds(1);
            beat(second);
            fleet.withdraw(new InstanceId("autoscaler-a"));
            fleet.announce(lease("autoscaler-b", Role.AUTOSCALER, "", Load.NONE));
            other.look();
        }

        assertThat(second.present(Role.WEB)).isOne();
        assertThat(second.present(Role.WORKER)).isPositive();
        assertThat(fleet.desires.getLast().workers()).isPositive();
    }

    @Test
    void otherDataCentersCountForNothing() {
        var round = round();
        fleet.announce(
                new Instance(
                        new InstanceId("autoscaler-0"),
                        Role.AUTOSCALER,
                        "far",
                        "",
                        "",
                        "1",
                        Instance.Abilities.NONE,
                        now,
                        now,
                        Load.NONE,
                        false));

        round.look();

        assertThat(platform.present(Role.WEB)).isOne();
    }
}
