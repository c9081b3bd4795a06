package safelight.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import safelight.base.AtOnce;
import safelight.base.Bytes;
import safelight.base.Digest;

/// What every engine's blobs do.
public abstract class BlobsContract {
    private static final Bytes LIMIT = Bytes.mebi(16);
    private static final byte[] HELLO = "hello, blob".getBytes(StandardCharsets.UTF_8);

    /// A store with nothing in it, the same one during a test.
    protected abstract Blobs blobs();

    private Digest kept(byte[] bytes) {
        try (var staged = blobs().stage(new ByteArrayInputStream(bytes), LIMIT)) {
            staged.keep();
            return staged.digest();
        }
    }

    private byte[] read(Digest digest) throws IOException {
        try (var in = blobs().find(digest).orElseThrow().openChecked()) {
            return in.readAllBytes();
        }
    }

    private byte[] read(Digest digest, long offset, long length) throws IOException {
        try (var in = blobs().find(digest).orElseThrow().open(offset, length)) {
            return in.readAllBytes();
        }
    }

    @Test
    void keptBytesAreFoundUnderTheirDigest() throws IOException {
        var digest = kept(HELLO);

        assertThat(digest).isEqualTo(Digest.of(HELLO));
        assertThat(blobs().find(digest).orElseThrow().size()).isEqualTo(HELLO.length);
        assertThat(read(digest)).isEqualTo(HELLO);
        assertThat(blobs().find(Digest.of(new byte[] {1}))).isEmpty();
    }

    @Test
    void blobsAreListedByNameAPageAtATime() {
        var all = new TreeSet<String>();
        for (byte i = 0; i < 20; i++) all.add(kept(new byte[] {i}).hex());
        var listed = new ArrayList<Digest>();
        var page = blobs().list(Optional.empty(), 3);
        while (!page.isEmpty()) {
            assertThat(page).hasSizeLessThanOrEqualTo(3);
            listed.addAll(page);
            page = blobs().list(Optional.of(listed.getLast()), 3);
        }

        assertThat(listed).extracting(Digest::hex).containsExactlyElementsOf(all);
    }

    @Test
    void emptyBlobIsABlob() throws IOException {
        assertThat(read(kept(new byte[0]))).isEmpty();
    }

    @Test
    void largeBlobComesBackAsItWas() throws IOException {
        var bytes = new byte[9_000_001];
        new Random(1).nextBytes(bytes);

        var digest = kept(bytes);

        assertThat(read(digest)).isEqualTo(bytes);
        assertThat(read(digest, 8_999_990, 100)).hasSize(11);
    }

    @Test
    void stagedBytesCanBeSeenByTheirCallerOnly() throws IOException {
        try (var staged = blobs().stage(new ByteArrayInputStream(HELLO), LIMIT)) {
            assertThat(staged.size()).isEqualTo(HELLO.length);
            assertThat(blobs().find(staged.digest())).isEmpty();
            try (var in = staged.open()) {
                assertThat(in.readAllBytes()).isEqualTo(HELLO);
            }
            try (var in = staged.open()) {
                assertThat(in.readAllBytes()).isEqualTo(HELLO);
            }
        }
        assertThat(blobs().find(Digest.of(HELLO))).isEmpty();
    }

    @Test
    void keepingTwiceIsNoFault() throws IOException {
        try (var staged = blobs().stage(new ByteArrayInputStream(HELLO), LIMIT)) {
            staged.keep();
            staged.keep();
            try (var in = staged.open()) {
                assertThat(in.readAllBytes()).isEqualTo(HELLO);
            }
        }
        assertThat(read(kept(HELLO))).isEqualTo(HELLO);
    }

    @Test
    void rangesAreCutToTheBlob() throws IOException {
        var digest = kept(HELLO);

        assertThat(read(digest, 0, 5)).asString().isEqualTo("hello");
        assertThat(read(digest, 7, 1000)).asString().isEqualTo("blob");
        assertThat(read(digest, HELLO.length, 1)).isEmpty();
        assertThat(read(digest, 3, 0)).isEmpty();
        assertThatThrownBy(() -> read(digest, -1, 5)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void limitIsWhatMayBeStored() {
        var exact = new Bytes(HELLO.length);
        try (var staged = blobs().stage(new ByteArrayInputStream(HELLO), exact)) {
            assertThat(staged.size()).isEqualTo(HELLO.length);
        }
        assertThatThrownBy(() ->
                        blobs().stage(new ByteArrayInputStream(HELLO), new Bytes(HELLO.length - 1)))
                .isInstanceOf(BlobFailure.TooLarge.class);
    }

    @Test
    @SuppressWarnings("InputStreamSlowMultibyteRead")
    void brokenSourceIsNotTheStoresFault() {
        var breaking =
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("connection reset, no space left on device");
                    }
                };
        assertThatThrownBy(() ->
                        blobs().stage(
                                        new SequenceInputStream(
                                                new ByteArrayInputStream(HELLO), breaking),
                                        LIMIT))
                .isInstanceOf(BlobFailure.SourceBroken.class);
        assertThat(blobs().find(Digest.of(HELLO))).isEmpty();
    }

    @Test
    void equalUploadsAtOnceAreOneBlob() throws Exception {
        var bytes = new byte[300_000];
        new Random(2).nextBytes(bytes);

        var digests = AtOnce.run(8, _ -> kept(bytes));

        assertThat(digests).containsOnly(Digest.of(bytes));
        assertThat(read(Digest.of(bytes))).isEqualTo(bytes);
    }

    @Test
    void removedBlobIsGone() {
        var digest = kept(HELLO);

        blobs().remove(digest, () -> false);
        blobs().remove(digest, () -> false);

        assertThat(blobs().find(digest)).isEmpty();
    }

    @Test
    void usedBlobNeverBecomesInvisible() throws IOException {
        var digest = kept(HELLO);
        var wasVisible = new AtomicBoolean();

        blobs().remove(
                        digest,
                        () -> {
                            wasVisible.set(blobs().find(digest).isPresent());
                            return true;
                        });

        assertThat(wasVisible).isTrue();
        assertThat(read(digest)).isEqualTo(HELLO);
    }

    @Test
    void blobThatComesIntoUseDuringItsRemovalComesBack() throws IOException {
        var digest = kept(HELLO);
        var asked = new AtomicBoolean();

        blobs().remove(digest, () -> asked.getAndSet(true));

        assertThat(read(digest)).isEqualTo(HELLO);
    }

    @Test
    void blobKeptDuringItsRemovalStays() throws IOException {
        var digest = kept(HELLO);

        blobs().remove(
                        digest,
                        () -> {
                            kept(HELLO);
                            return false;
                        });

        assertThat(read(digest)).isEqualTo(HELLO);
    }

    @Test
    void failureToAskKeepsTheBlob() throws IOException {
        var digest = kept(HELLO);

        assertThatThrownBy(() ->
                        blobs().remove(
                                        digest,
                                        () -> {
                                            throw new IllegalStateException("catalog down");
                                        }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(read(digest)).isEqualTo(HELLO);
    }

    @Test
    void removalsAndUploadsAtOnceNeverLoseAnUpload() throws Exception {
        for (int round = 0; round < 20; round++) {
            var wanted = new AtomicBoolean();
            AtOnce.run(
                    2,
                    i -> {
                        if (i == 0) {
                            blobs().remove(Digest.of(HELLO), wanted::get);
                        } else {
                            kept(HELLO);
                            wanted.set(true);
                        }
                        return i;
                    });
            // An upload whose blob was removed before it was referred to has to look again.
            if (blobs().find(Digest.of(HELLO)).isEmpty()) kept(HELLO);
            blobs().remove(Digest.of(HELLO), wanted::get);
            assertThat(read(Digest.of(HELLO))).isEqualTo(HELLO);
        }
    }

    @Test
    void roomIsNeverNegative() {
        assertThat(blobs().roomLeft()).isNotNegative();
    }
}
