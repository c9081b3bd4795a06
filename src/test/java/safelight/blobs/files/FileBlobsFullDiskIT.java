package safelight.blobs.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import safelight.base.Bytes;
import safelight.base.Digest;
import safelight.base.SmallDisk;
import safelight.blobs.BlobFailure;

/// Blobs on a disk that is really full.
class FileBlobsFullDiskIT {
    private static final Bytes LIMIT = Bytes.mebi(64);

    private static void stageAndKeep(FileBlobs blobs, byte[] bytes) {
        try (var staged = blobs.stage(new ByteArrayInputStream(bytes), LIMIT)) {
            staged.keep();
        }
    }

    @Test
    void fullDiskIsToldLeavesNothingAndPasses() throws IOException {
        var small = new byte[1 << 20];
        var large = new byte[5 << 20];
        try (var disk = SmallDisk.of(Bytes.mebi(4))) {
            var blobs = new FileBlobs(disk.place(), new Bytes(0), Clock.systemUTC());
            stageAndKeep(blobs, small);
            long room = blobs.roomLeft();

            assertThatThrownBy(() -> stageAndKeep(blobs, large))
                    .isInstanceOf(BlobFailure.Full.class);

            assertThat(blobs.roomLeft()).isEqualTo(room);
            assertThat(blobs.find(Digest.of(large))).isEmpty();
            try (var in = blobs.find(Digest.of(small)).orElseThrow().openChecked()) {
                assertThat(in.readAllBytes()).isEqualTo(small);
            }
            stageAndKeep(blobs, new byte[1 << 19]);
        }
    }

    @Test
    void reserveIsLeftFree() throws IOException {
        try (var disk = SmallDisk.of(Bytes.mebi(32))) {
            var blobs = new FileBlobs(disk.place(), Bytes.mebi(16), Clock.systemUTC());

            assertThatThrownBy(() -> stageAndKeep(blobs, new byte[28 << 20]))
                    .isInstanceOf(BlobFailure.Full.class);
            stageAndKeep(blobs, new byte[12 << 20]);

            assertThat(blobs.roomLeft()).isLessThan(5 << 20);
            try (var files = Files.list(disk.place().resolve("tmp"))) {
                assertThat(files).isEmpty();
            }
        }
    }
}
