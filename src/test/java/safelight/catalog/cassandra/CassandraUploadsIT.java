package safelight.catalog.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import safelight.base.AtOnce;
import safelight.base.PhotoId;
import safelight.base.UploadId;
import safelight.catalog.PhotoRows;
import safelight.catalog.Samples;
import safelight.catalog.Upload;
import safelight.catalog.UploadRows;
import safelight.catalog.UploadRowsContract;
import safelight.cql.CassandraKeyspace;

/// Uploads in Cassandra.
class CassandraUploadsIT extends UploadRowsContract {
    @RegisterExtension static final CassandraKeyspace KEYSPACE = new CassandraKeyspace();

    @Override
    protected UploadRows rows() {
        return new CassandraUploads(CassandraKeyspace.cluster(), clock);
    }

    @Override
    protected PhotoRows photos() {
        return new CassandraPhotos(CassandraKeyspace.cluster(), clock);
    }

    @Test
    void partThatLostARaceIsNotInUse() throws Exception {
        var samples = new Samples(clock);
        var upload =
                new Upload(
                        new UploadId(samples.id()),
                        samples.accountId(),
                        new PhotoId(samples.id()),
                        "a.jpg",
                        30,
                        clock.instant(),
                        clock.instant().plus(Duration.ofDays(1)),
                        List.of(),
                        false);
        rows().add(upload);
        var parts = AtOnce.run(6, _ -> new Upload.Part(0, 10, samples.digest()));

        AtOnce.run(6, i -> rows().append(upload.id(), parts.get(i)));

        var kept = rows().find(upload.id()).orElseThrow().parts().getFirst();
        for (var part : parts)
            assertThat(photos().isUsed(part.digest())).isEqualTo(part.equals(kept));
    }
}
