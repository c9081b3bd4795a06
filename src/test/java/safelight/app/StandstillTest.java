package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.InstanceId;
import safelight.fleet.Beat;
import safelight.fleet.Instance;
import safelight.fleet.Lease;
import safelight.fleet.Load;
import safelight.fleet.sql.SqlFleet;
import safelight.sql.Database;

/// Who counts as running: whoever's heart beats.
class StandstillTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir private Path folder;
    private Database database;
    private SqlFleet fleet;

    /// Five seconds pass between two looks at it; meanwhile something may happen.
    private static final class Strides extends Clock {
        private final Consumer<Instant> meanwhile;
        private Instant now = START;

        Strides(Consumer<Instant> meanwhile) {
            this.meanwhile = meanwhile;
        }

        @Override
        public Instant instant() {
            now = now.plusSeconds(5);
            meanwhile.accept(now);
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @BeforeEach
    void open() {
        database = Database.open(folder.resolve("catalog.db"));
        fleet = new SqlFleet(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private InstanceId announce(Instance.Role role, Instant seen) {
        var id = new InstanceId(role.name().toLowerCase(Locale.ROOT) + "-1");
        fleet.announce(
                new Instance(
                        id,
                        role,
                        "local",
                        "10.0.0.7:8080",
                        "",
                        "test",
                        Instance.Abilities.NONE,
                        START,
                        seen,
                        Load.NONE,
                        false));
        return id;
    }

    @Test
    void nobodyIsNobody() throws Exception {
        Standstill.demand(fleet, new Strides(_ -> {}), "");
    }

    @Test
    void whoseHeartBeatsIsRunning() {
        for (var role : new Instance.Role[] {Instance.Role.WEB, Instance.Role.WORKER}) {
            var id = announce(role, START);
            var clock = new Strides(now -> fleet.beat(id, new Beat(now, Load.NONE, false)));

            assertThatThrownBy(() -> Standstill.demand(fleet, clock, " Or wait."))
                    .isInstanceOf(CannotStart.class)
                    .hasMessageContaining("10.0.0.7:8080")
                    .hasMessageEndingWith("Stop it first. Or wait.");
            fleet.withdraw(id);
        }
    }

    @Test
    void killedOneIsWaitedForAndNoLongerThanALeaseLasts() throws Exception {
        announce(Instance.Role.WORKER, START);
        announce(Instance.Role.WEB, START.plus(Duration.ofMinutes(5)));
        var clock = new Strides(_ -> {});

        Standstill.demand(fleet, clock, "");

        assertThat(clock.now).isBeforeOrEqualTo(START.plus(Lease.GONE_AFTER.multipliedBy(3)));
    }

    @Test
    void brokerMayRun() throws Exception {
        var id = announce(Instance.Role.BROKER, START);

        Standstill.demand(
                fleet, new Strides(now -> fleet.beat(id, new Beat(now, Load.NONE, false))), "");
    }
}
