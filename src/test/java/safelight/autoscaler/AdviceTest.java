package safelight.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import safelight.base.HandClock;
import safelight.base.InstanceId;
import safelight.fleet.Instance;
import safelight.fleet.Instance.Role;
import safelight.fleet.Load;
import safelight.observe.Meters;
import safelight.scaling.Line;
import safelight.scaling.WorkerPolicy;
import safelight.scaling.WorkerScaling;

/// What KEDA reads where `autoscaler.workers-least` is 0: it starts the first worker at more than
/// 0, and takes the last one away after `cooldownPeriod` of 0.
class AdviceTest {
    private static final String WORKER = "worker-a";

    private final TestFleet fleet = new TestFleet();
    private final Meters meters = new Meters();
    private final HandClock clock = new HandClock(Instant.parse("2026-01-01T12:00:00Z"));
    private Optional<Line> line = Optional.of(Line.EMPTY);
    private final Advice advice =
            new Advice(
                    new Adviser.Parts(
                            "local",
                            fleet,
                            new WorkerPolicy(WorkerScaling.between(0, 50, 2)),
                            () -> line,
                            meters,
                            clock));

    /// Looks every two seconds; a worker, if there is one, beats with this load.
    private String after(Duration time, Optional<Load> worker) {
        for (int s = 0; s < time.toSeconds(); s += 2) {
            clock.advance(Duration.ofSeconds(2));
            worker.ifPresent(this::beat);
            advice.look();
        }
        return desired();
    }

    private void beat(Load load) {
        fleet.announce(
                new Instance(
                        new InstanceId(WORKER),
                        Role.WORKER,
                        "local",
                        "",
                        "",
                        "1",
                        Instance.Abilities.NONE,
                        clock.instant(),
                        clock.instant(),
                        load,
                        false));
    }

    private String desired() {
        return meters.scrape()
                .lines()
                .filter(l -> l.startsWith("safelight_workers_desired "))
                .map(l -> l.substring(l.indexOf(' ') + 1))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void firstJobAsksForAWorkerAndTheEndOfWorkForNone() {
        assertThat(after(Duration.ofMinutes(2), Optional.empty())).isEqualTo("0.0");

        line = Optional.of(new Line(1, 0.01, Duration.ofSeconds(1)));
        assertThat(after(Duration.ofSeconds(2), Optional.empty())).isEqualTo("1.0");
        // and no more while it starts
        assertThat(after(Duration.ofSeconds(30), Optional.empty())).isEqualTo("1.0");

        line = Optional.of(Line.EMPTY);
        assertThat(after(Duration.ofSeconds(20), Optional.of(new Load(1, 2, 1, 0))))
                .isEqualTo("1.0");
        // an idle process uses a little
        var idle = Optional.of(new Load(0, 2, 0.02, 1));
        assertThat(after(Duration.ofSeconds(70), idle)).isEqualTo("0.0");

        fleet.withdraw(new InstanceId(WORKER));
        assertThat(after(Duration.ofMinutes(2), Optional.empty())).isEqualTo("0.0");
    }

    @Test
    void longJobIsWorkUntilItEnds() {
        var busy = Optional.of(new Load(1, 2, 0.1, 0));

        assertThat(after(Duration.ofMinutes(30), busy)).isEqualTo("1.0");
    }

    @Test
    void unknownLineIsNeitherZeroNorOne() {
        var _ = after(Duration.ofMinutes(2), Optional.empty());
        line = Optional.empty();

        assertThat(after(Duration.ofSeconds(2), Optional.empty())).isEqualTo("NaN");
    }

    @Test
    void workerThatDiedIsUnknownAtFirstAndThenGone() {
        var _ = after(Duration.ofMinutes(2), Optional.of(new Load(0, 2, 0, 0)));

        assertThat(after(Duration.ofSeconds(10), Optional.empty())).isEqualTo("NaN");
        assertThat(after(Duration.ofSeconds(20), Optional.empty())).isEqualTo("0.0");
    }
}
