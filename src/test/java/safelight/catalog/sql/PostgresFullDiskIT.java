package safelight.catalog.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import safelight.base.AtOnce;
import safelight.base.Bytes;
import safelight.base.HandClock;
import safelight.base.SmallDisk;
import safelight.catalog.CatalogUnavailable;
import safelight.catalog.Photo;
import safelight.catalog.Samples;
import safelight.sql.Database;
import safelight.sql.PostgresServer;

/// The catalog in a PostgreSQL whose disk for tables is really full.
class PostgresFullDiskIT {
    private static final Bytes ROOM = Bytes.mebi(1);
    private static final int PHOTOS_MAX = 100_000;

    private final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Samples samples = new Samples(clock);

    @Test
    void fullDiskIsToldLosesNothingConfirmedAndPasses() throws Exception {
        var server = PostgresServer.shared();
        try (var disk = SmallDisk.of(Bytes.mebi(16))) {
            server.administrate("CREATE TABLESPACE small LOCATION '" + disk.place() + "'");
            var access = server.created("TABLESPACE small");
            try (var database = Database.open(access)) {
                var photos = new SqlPhotos(database, clock);
                var filler = disk.place().resolve("filler");
                long left = Files.getFileStore(disk.place()).getUsableSpace();
                Files.write(filler, new byte[(int) (left - ROOM.count())]);

                var confirmed =
                        AtOnce.run(4, _ -> addedUntilFull(photos)).stream()
                                .flatMap(List::stream)
                                .toList();

                assertThat(confirmed).hasSizeGreaterThan(50);
                for (var photo : confirmed) assertThat(photos.find(photo.id())).contains(photo);
                Files.delete(filler);
                var later = samples.photo(samples.accountId());
                photos.add(later);
                assertThat(photos.find(later.id())).contains(later);
            } finally {
                server.drop(access);
                server.administrate("DROP TABLESPACE small");
            }
        }
    }

    private List<Photo> addedUntilFull(SqlPhotos photos) {
        var added = new ArrayList<Photo>();
        try {
            while (added.size() < PHOTOS_MAX) {
                var photo = samples.photo(samples.accountId());
                photos.add(photo);
                added.add(photo);
            }
        } catch (CatalogUnavailable e) {
            assertThat(e.problem().status()).isEqualTo(507);
        }
        return added;
    }
}
