package safelight.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.HandClock;
import safelight.base.InstanceId;
import safelight.fleet.FleetUnavailable;
import safelight.fleet.Instance;
import safelight.fleet.Load;
import safelight.fleet.sql.SqlFleet;
import safelight.sql.Database;

class FormatsTest {
    @TempDir private Path directory;

    private final HandClock clock = new HandClock(Instant.parse("2026-01-01T12:00:00Z"));
    private Database database;
    private SqlFleet fleet;
    private Formats formats;

    @BeforeEach
    void open() {
        database = Database.open(directory.resolve("catalog.db"));
        fleet = new SqlFleet(database);
        formats = new Formats(fleet, clock);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void withoutWorkersTheyAreTheUsualOnes() {
        assertThat(formats.encodes()).containsExactly("avif", "jpeg", "png", "webp");
        assertThat(formats.encodesFrames()).containsExactly("webp");
    }

    @Test
    void aWorkerSaysThemAsSoonAsItIsThere() {
        assertThat(formats.encodes()).contains("avif");

        announce("worker-1", "jpeg", "frames:gif");

        assertThat(formats.encodes()).containsExactly("jpeg");
        assertThat(formats.encodesFrames()).containsExactly("gif");
    }

    @Test
    void aWorkerMoreIsSeenWithinTwoSeconds() {
        announce("worker-1", "jpeg");
        assertThat(formats.decodes()).containsExactly("jpeg");
        announce("worker-2", "heif");

        clock.advance(Duration.ofSeconds(2));

        assertThat(formats.decodes()).containsExactly("heif", "jpeg");
    }

    @Test
    void whatWasSaidCountsWhileTheFleetCannotBeAsked() {
        announce("worker-1", "jpeg");
        assertThat(formats.decodes()).containsExactly("jpeg");

        database.close();
        clock.advance(Duration.ofHours(1));

        assertThat(formats.decodes()).containsExactly("jpeg");
        assertThatThrownBy(() -> new Formats(fleet, clock).decodes())
                .isInstanceOf(FleetUnavailable.class);
    }

    private void announce(String id, String... formatsOfIt) {
        var names = new TreeSet<>(Set.of(formatsOfIt));
        fleet.announce(
                new Instance(
                        new InstanceId(id),
                        Instance.Role.WORKER,
                        "home",
                        "",
                        "",
                        "0.1",
                        new Instance.Abilities(names, names),
                        clock.instant(),
                        clock.instant(),
                        Load.NONE,
                        false));
    }
}
