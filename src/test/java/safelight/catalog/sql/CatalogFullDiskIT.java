package safelight.catalog.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
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

/// The catalog on a disk that is really full.
class CatalogFullDiskIT {
    private static final int PHOTOS_MAX = 100_000;

    private final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Samples samples = new Samples(clock);

    @Test
    void fullDiskIsToldLosesNothingConfirmedAndPasses() throws Exception {
        try (var disk = SmallDisk.of(Bytes.mebi(6))) {
            var filler = disk.place().resolve("filler");
            Files.write(filler, new byte[2 << 20]);
            List<Photo> confirmed;
            try (var database = Database.open(disk.place().resolve("catalog.db"))) {
                var photos = new SqlPhotos(database, clock);

                confirmed =
                        AtOnce.run(8, _ -> addedUntilFull(photos)).stream()
                                .flatMap(List::stream)
                                .toList();

                assertThat(confirmed).hasSizeGreaterThan(50);
                for (var photo : confirmed) assertThat(photos.find(photo.id())).contains(photo);
                Files.delete(filler);
                var later = samples.photo(samples.accountId());
                photos.add(later);
                assertThat(photos.find(later.id())).contains(later);
            }
            assertReopens(disk, confirmed);
        }
    }

    private void assertReopens(SmallDisk disk, List<Photo> confirmed) {
        try (var database = Database.open(disk.place().resolve("catalog.db"))) {
            var photos = new SqlPhotos(database, clock);
            for (var photo : confirmed) assertThat(photos.find(photo.id())).contains(photo);
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

    @Test
    void databaseDoesNotOpenOnAFullDisk() throws IOException {
        try (var disk = SmallDisk.of(Bytes.mebi(1))) {
            Files.write(disk.place().resolve("filler"), new byte[(1 << 20) - 8192]);

            assertThatThrownBy(() -> Database.open(disk.place().resolve("catalog.db")))
                    .hasMessageMatching("(?s)SL-SQL-0[12]: .*");
        }
    }
}
