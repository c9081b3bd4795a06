package safelight.catalog.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import safelight.base.AtOnce;
import safelight.base.HandClock;
import safelight.base.PhotoId;
import safelight.base.UploadId;
import safelight.catalog.Samples;
import safelight.catalog.Upload;
import safelight.cql.CassandraKeyspace;

/// Uploads in Cassandra.
class CassandraUploadsIT {
    @RegisterExtension static final CassandraKeyspace KEYSPACE = new CassandraKeyspace();

    private final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00.123456Z"));
    private final Samples samples = new Samples(clock);
    private final CassandraUploads rows = new CassandraUploads(CassandraKeyspace.cluster(), clock);
    private final CassandraPhotos photos = new CassandraPhotos(CassandraKeyspace.cluster(), clock);

    private Upload added(Duration life) {
        var upload =
                new Upload(
                        new UploadId(samples.id()),
                        samples.accountId(),
                        new PhotoId(samples.id()),
                        "a.jpg",
                        30,
                        clock.instant(),
                        clock.instant().plus(life),
                        List.of(),
                        false);
        rows.add(upload);
        return upload;
    }

    private Upload.Part part(long start) {
        return new Upload.Part(start, 10, samples.digest());
    }

    @Test
    void uploadGrowsPartByPart() {
        var upload = added(Duration.ofDays(1));
        assertThat(rows.find(upload.id())).contains(upload);
        var first = part(0);
        var second = part(10);

        assertThat(rows.append(upload.id(), first)).isTrue();
        assertThat(rows.append(upload.id(), first)).isFalse();
        assertThat(rows.append(upload.id(), part(20))).isFalse();
        assertThat(rows.append(upload.id(), second)).isTrue();

        assertThat(rows.find(upload.id()).orElseThrow().parts()).containsExactly(first, second);
        assertThat(photos.isUsed(first.digest())).isTrue();
        assertThat(rows.append(new UploadId(samples.id()), part(0))).isFalse();
    }

    @Test
    void ofPartsAtOnePlaceOneCounts() throws Exception {
        var upload = added(Duration.ofDays(1));

        var parts = AtOnce.run(6, _ -> part(0));
        var answers = AtOnce.run(6, i -> rows.append(upload.id(), parts.get(i)));

        assertThat(answers).filteredOn(added -> added).hasSize(1);
        var kept = rows.find(upload.id()).orElseThrow().parts().getFirst();
        for (var part : parts)
            assertThat(photos.isUsed(part.digest())).isEqualTo(part.equals(kept));
    }

    @Test
    void finishedUploadNamesItsPartsOnce() {
        var upload = added(Duration.ofDays(1));
        var part = part(0);
        rows.append(upload.id(), part);

        assertThat(rows.finish(upload.id())).containsExactly(part.digest());
        assertThat(rows.finish(upload.id())).isEmpty();

        var done = rows.find(upload.id()).orElseThrow();
        assertThat(done.isDone()).isTrue();
        assertThat(done.parts()).isEmpty();
        assertThat(photos.isUsed(part.digest())).isFalse();
        assertThat(rows.append(upload.id(), part(10))).isFalse();
        assertThat(rows.remove(upload.id())).isEmpty();
        assertThat(rows.find(upload.id())).isEmpty();
    }

    @Test
    void removedUploadIsGone() {
        var upload = added(Duration.ofDays(1));
        var part = part(0);
        rows.append(upload.id(), part);

        assertThat(rows.remove(upload.id())).containsExactly(part.digest());
        assertThat(rows.remove(upload.id())).isEmpty();

        assertThat(rows.find(upload.id())).isEmpty();
        assertThat(rows.append(upload.id(), part(10))).isFalse();
        assertThat(rows.finish(upload.id())).isEmpty();
        assertThat(photos.isUsed(part.digest())).isFalse();
        assertThat(rows.expired(clock.instant().plus(Duration.ofDays(9)), 9)).isEmpty();
    }

    @Test
    void expiredUploadsAreListedUpToALimit() {
        var old = added(Duration.ofHours(1));
        var older = added(Duration.ofMinutes(1));
        added(Duration.ofDays(1));
        rows.finish(older.id());

        var then = clock.instant().plus(Duration.ofHours(2));
        assertThat(rows.expired(then, 9)).containsExactlyInAnyOrder(older.id(), old.id());
        assertThat(rows.expired(then, 1)).hasSize(1);
        assertThat(rows.expired(clock.instant(), 9)).isEmpty();
    }
}
