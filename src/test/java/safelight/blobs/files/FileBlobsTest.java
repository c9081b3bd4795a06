package safelight.blobs.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.Bytes;
import safelight.base.Digest;
import safelight.blobs.BlobFailure;
import safelight.blobs.Blobs;
import safelight.blobs.BlobsContract;

/// Blobs in a directory, and what a crash or a bad disk leaves in it.
class FileBlobsTest extends BlobsContract {
    private static final Bytes NO_LIMIT = Bytes.mebi(1);
    private static final Bytes NO_RESERVE = new Bytes(0);
    private static final byte[] PHOTO = "a photo".getBytes(StandardCharsets.UTF_8);
    private static final Digest NAME = Digest.of(PHOTO);

    @TempDir private Path root;
    private FileBlobs blobs;

    @BeforeEach
    void open() {
        blobs = openedAfter(Duration.ZERO);
    }

    @Override
    protected Blobs blobs() {
        return blobs;
    }

    private FileBlobs openedAfter(Duration time) {
        return new FileBlobs(root, NO_RESERVE, Clock.offset(Clock.systemUTC(), time));
    }

    private void keep() {
        try (var staged = blobs.stage(new ByteArrayInputStream(PHOTO), NO_LIMIT)) {
            staged.keep();
        }
    }

    private Path place() {
        return root.resolve(NAME.hex().substring(0, 2), NAME.hex().substring(2, 4), NAME.hex());
    }

    private List<Path> staging() throws IOException {
        try (var files = Files.list(root.resolve("tmp"))) {
            return files.toList();
        }
    }

    @Test
    void blobLiesUnderItsDigest() throws IOException {
        keep();

        assertThat(Files.readAllBytes(place())).isEqualTo(PHOTO);
        assertThat(staging()).isEmpty();
    }

    @Test
    @SuppressWarnings("InputStreamSlowMultibyteRead")
    void nothingIsLeftOfWhatWasNotKept() throws IOException {
        blobs.stage(new ByteArrayInputStream(PHOTO), NO_LIMIT).close();
        assertThatThrownBy(() -> blobs.stage(new ByteArrayInputStream(PHOTO), new Bytes(2)))
                .isInstanceOf(BlobFailure.TooLarge.class);
        var breaking =
                new InputStream() {
                    @Override
                    public int read() {
                        throw new IllegalStateException("not even an IOException");
                    }
                };
        assertThatThrownBy(() -> blobs.stage(breaking, NO_LIMIT))
                .isInstanceOf(IllegalStateException.class);

        assertThat(staging()).isEmpty();
    }

    @Test
    @SuppressWarnings("resource") // the process that staged it has died
    void stagedBytesOfADeadProcessGoAfterAnHour() throws IOException {
        blobs.stage(new ByteArrayInputStream(PHOTO), NO_LIMIT);

        openedAfter(Duration.ofMinutes(59));
        assertThat(staging()).hasSize(1);
        assertThat(blobs.find(NAME)).isEmpty();

        openedAfter(Duration.ofMinutes(61));
        assertThat(staging()).isEmpty();
        assertThat(blobs.find(NAME)).isEmpty();
    }

    @Test
    void blobWhoseRemoverDiedComesBack() throws IOException {
        keep();
        Files.move(place(), root.resolve("tmp", "removed-" + NAME + "-x"));

        openedAfter(Duration.ZERO);
        assertThat(blobs.find(NAME)).isEmpty();

        openedAfter(Duration.ofMinutes(2));
        assertThat(blobs.find(NAME)).isPresent();
        assertThat(staging()).isEmpty();
    }

    @Test
    void damageIsToldBeforeTheEnd() throws IOException {
        keep();
        Files.writeString(place(), "a phota");

        try (var in = blobs.find(NAME).orElseThrow().openChecked()) {
            assertThat(in.readNBytes(PHOTO.length)).hasSize(PHOTO.length);
            assertThatThrownBy(() -> in.read()).isInstanceOf(BlobFailure.Corrupt.class);
            assertThatThrownBy(() -> in.read(new byte[8])).isInstanceOf(BlobFailure.Corrupt.class);
        }
    }

    @Test
    void truncationIsDamage() throws IOException {
        keep();
        Files.writeString(place(), "a ph");

        try (var in = blobs.find(NAME).orElseThrow().openChecked()) {
            assertThatThrownBy(in::readAllBytes).isInstanceOf(BlobFailure.Corrupt.class);
        }
    }

    @Test
    void uploadingAgainMendsDamage() throws IOException {
        keep();
        Files.writeString(place(), "a phota");

        keep();

        assertThat(Files.readAllBytes(place())).isEqualTo(PHOTO);
    }

    @Test
    void readerKeepsABlobThatIsRemoved() throws IOException {
        keep();
        var blob = blobs.find(NAME).orElseThrow();
        try (var in = blob.open(0, 100)) {
            blobs.remove(NAME, () -> false);

            assertThat(in.readAllBytes()).isEqualTo(PHOTO);
        }
        assertThatThrownBy(() -> blob.open(0, 100)).isInstanceOf(BlobFailure.Unavailable.class);
    }

    @Test
    void reserveIsNotUsed() {
        var full = new FileBlobs(root, new Bytes(Long.MAX_VALUE), Clock.systemUTC());

        assertThat(full.roomLeft()).isZero();
        assertThatThrownBy(() -> full.stage(new ByteArrayInputStream(PHOTO), NO_LIMIT))
                .isInstanceOf(BlobFailure.Full.class);
    }

    @Test
    void twoStoresOnOneDirectoryAreOne() {
        keep();

        assertThat(openedAfter(Duration.ZERO).find(NAME)).isPresent();
    }
}
