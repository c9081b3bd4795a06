package safelight.photos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import safelight.Pictures;
import safelight.base.AccountId;
import safelight.base.AtOnce;
import safelight.base.Bytes;
import safelight.base.HandClock;
import safelight.base.Page;
import safelight.base.Ulids;
import safelight.base.UploadId;
import safelight.blobs.BlobFailure;
import safelight.blobs.Blobs;
import safelight.blobs.files.FileBlobs;
import safelight.catalog.Photo;
import safelight.catalog.PhotoRows;
import safelight.catalog.Upload;
import safelight.catalog.UploadRows;
import safelight.catalog.sql.SqlPhotos;
import safelight.catalog.sql.SqlUploads;
import safelight.imaging.BadPhoto;
import safelight.imaging.Limits;
import safelight.sql.Database;

/// Uploads in parts over real storage: what breaks, who is first, and crashes at every step.
class UploadsTest {
    private static final Bytes SIZE_MOST = Bytes.mebi(1);
    private static final int RACERS = 8;
    private static final int PARTS = 3;

    private final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Random random = new Random(20_260_102);
    private final Ulids ids = new Ulids(clock, random);
    private final Mortal process = new Mortal();
    private final AccountId ann = new AccountId(ids.next());
    private final byte[] picture = jpeg(1);

    @TempDir private Path folder;
    private Database database;
    private PhotoRows photoRows;
    private UploadRows uploadRows;
    private Uploads uploads;

    @BeforeEach
    void open() {
        database = Database.open(folder.resolve("catalog.db"));
        photoRows = process.through(PhotoRows.class, new SqlPhotos(database, clock));
        uploadRows = process.through(UploadRows.class, new SqlUploads(database));
        var blobs =
                process.through(
                        Blobs.class, new FileBlobs(folder.resolve("blobs"), new Bytes(0), clock));
        var photos = new Photos(photoRows, blobs, SIZE_MOST, Limits.DEFAULT, clock, random);
        uploads =
                new Uploads(
                        new Uploads.Parts(
                                uploadRows,
                                photoRows,
                                blobs,
                                photos,
                                SIZE_MOST,
                                Duration.ofHours(24),
                                clock,
                                random));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static byte[] jpeg(long seed) {
        var out = new ByteArrayOutputStream();
        try {
            ImageIO.write(Pictures.noise(160, 120, seed), "jpeg", out);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }

    private Upload begun() {
        return uploads.create(ann, "a.jpg", picture.length);
    }

    private static Uploads.Incoming bytes(long offset, byte[] bytes) {
        return new Uploads.Incoming(
                offset, bytes.length, Optional.empty(), new ByteArrayInputStream(bytes));
    }

    private Upload append(UploadId id, int from, int to) {
        return uploads.append(ann, id, bytes(from, Arrays.copyOfRange(picture, from, to)));
    }

    private List<Photo> photos() {
        return photoRows.list(ann, new Page.Request(200, Optional.empty())).items();
    }

    private List<Path> files() throws IOException {
        try (var files = Files.walk(folder.resolve("blobs"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private void assertOnePhoto() throws IOException {
        assertThat(photos()).hasSize(1);
        var photo = photos().getFirst();
        assertThat(photo.name()).isEqualTo("a.jpg");
        assertThat(photo.size()).isEqualTo(picture.length);
        var hex = photo.digest().hex();
        var file =
                folder.resolve("blobs").resolve(hex.substring(0, 2)).resolve(hex.substring(2, 4));
        assertThat(Files.readAllBytes(file.resolve(hex))).isEqualTo(picture);
    }

    @Test
    void partsBecomeOnePhoto() throws IOException {
        var upload = begun();
        int third = picture.length / 3;

        assertThat(append(upload.id(), 0, third).offset()).isEqualTo(third);
        assertThat(append(upload.id(), third, 2 * third).offset()).isEqualTo(third + third);
        assertThat(photos()).isEmpty();
        var done = append(upload.id(), 2 * third, picture.length);

        assertThat(done.offset()).isEqualTo(picture.length);
        assertOnePhoto();
        assertThat(photos().getFirst().id()).isEqualTo(done.photo());
        assertThat(files()).hasSize(1);
        assertThat(uploads.find(ann, upload.id()).isDone()).isTrue();
    }

    @Test
    void onePartIsThePhoto() throws IOException {
        append(begun().id(), 0, picture.length);

        assertOnePhoto();
        assertThat(files()).hasSize(1);
    }

    @Test
    void finishedUploadCanBeAskedForAndEndedWithoutItsPhoto() throws IOException {
        var upload = begun();
        append(upload.id(), 0, picture.length);

        assertThat(append(upload.id(), picture.length, picture.length).photo())
                .isEqualTo(upload.photo());
        uploads.end(ann, upload.id());

        assertThatThrownBy(() -> uploads.find(ann, upload.id()))
                .isInstanceOf(UploadFailure.Unknown.class);
        assertOnePhoto();
    }

    /// Each round kills the process one call of storage later, until there are no more calls. The
    /// client then asks where to go on, as clients of tus do.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void crashAtAnyStepLeavesOnePhoto(boolean afterTheCall) throws IOException {
        boolean hasDied = true;
        int rounds = 0;
        for (; hasDied; rounds++) {
            process.dieAt(rounds, afterTheCall);
            hasDied = uploadThroughDeaths();
            process.live();
            assertOnePhoto();
            assertThat(photoRows.remove(photos().getFirst().id())).isNotEmpty();
        }
        assertThat(rounds).isGreaterThan(20);
    }

    private boolean uploadThroughDeaths() {
        boolean hasDied = false;
        Optional<UploadId> id = Optional.empty();
        while (true) {
            try {
                var upload = id.isEmpty() ? begun() : uploads.find(ann, id.get());
                id = Optional.of(upload.id());
                while (upload.offset() < upload.size()) {
                    int from = (int) upload.offset();
                    int to = Math.min(picture.length, from + picture.length / PARTS + 1);
                    upload = append(upload.id(), from, to);
                }
                return hasDied;
            } catch (Mortal.Death e) {
                hasDied = true;
                process.live();
            }
        }
    }

    @Test
    void brokenConnectionKeepsWhatCame() throws IOException {
        var upload = begun();

        assertThatThrownBy(() ->
                        uploads.append(
                                ann,
                                upload.id(),
                                new Uploads.Incoming(
                                        0, picture.length, Optional.empty(), breaking(1000))))
                .isInstanceOf(UploadFailure.BrokeOff.class);

        assertThat(uploads.find(ann, upload.id()).offset()).isEqualTo(1000);
        append(upload.id(), 1000, picture.length);
        assertOnePhoto();
    }

    @Test
    void withAChecksumABrokenConnectionKeepsNothing() throws Exception {
        var upload = begun();
        var checksum = Optional.of(checksum(Checksum.Kind.SHA1, picture));

        assertThatThrownBy(() ->
                        uploads.append(
                                ann,
                                upload.id(),
                                new Uploads.Incoming(0, picture.length, checksum, breaking(1000))))
                .isInstanceOf(BlobFailure.SourceBroken.class);

        assertThat(uploads.find(ann, upload.id()).offset()).isZero();
        assertThat(files()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Checksum.Kind.class)
    void checksumIsCompared(Checksum.Kind kind) throws Exception {
        var upload = begun();
        var right = checksum(kind, picture);
        var wrong = checksum(kind, new byte[] {1});

        assertThatThrownBy(() -> uploads.append(ann, upload.id(), checked(wrong)))
                .isInstanceOf(UploadFailure.WrongChecksum.class);
        assertThat(uploads.find(ann, upload.id()).offset()).isZero();
        assertThat(files()).isEmpty();
        uploads.append(ann, upload.id(), checked(right));

        assertOnePhoto();
    }

    private Uploads.Incoming checked(Checksum checksum) {
        return new Uploads.Incoming(
                0, picture.length, Optional.of(checksum), new ByteArrayInputStream(picture));
    }

    private static Checksum checksum(Checksum.Kind kind, byte[] bytes) throws Exception {
        var algorithm =
                switch (kind) {
                    case SHA1 -> "SHA-1";
                    case SHA256 -> "SHA-256";
                    case MD5 -> "MD5";
                };
        var hash = MessageDigest.getInstance(algorithm).digest(bytes);
        return new Checksum(kind, Base64.getEncoder().encodeToString(hash));
    }

    private InputStream breaking(int after) {
        var reset =
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("connection reset");
                    }

                    @Override
                    public int read(byte[] to, int offset, int length) throws IOException {
                        throw new IOException("connection reset");
                    }
                };
        return new SequenceInputStream(new ByteArrayInputStream(picture, 0, after), reset);
    }

    @Test
    void otherOffsetsAreRefused() {
        var upload = begun();
        append(upload.id(), 0, 100);

        for (int from : new int[] {0, 99, 101, picture.length})
            assertThatThrownBy(() -> append(upload.id(), from, picture.length))
                    .isInstanceOf(UploadFailure.WrongOffset.class)
                    .hasMessageContaining("goes on at 100");
    }

    @Test
    void moreThanWasAnnouncedIsRefused() throws IOException {
        var upload = begun();
        var more = Arrays.copyOf(picture, picture.length + 1);

        assertThatThrownBy(() -> uploads.append(ann, upload.id(), bytes(0, more)))
                .isInstanceOf(UploadFailure.TooMuch.class);
        assertThatThrownBy(() ->
                        uploads.append(
                                ann,
                                upload.id(),
                                new Uploads.Incoming(
                                        0, -1, Optional.empty(), new ByteArrayInputStream(more))))
                .isInstanceOf(UploadFailure.TooMuch.class);

        assertThat(uploads.find(ann, upload.id()).offset()).isZero();
        assertThat(files()).isEmpty();
    }

    @Test
    void ofPartsThatComeAtOnceOneIsTaken() throws Exception {
        var upload = begun();

        var taken =
                AtOnce.run(
                        RACERS,
                        i -> {
                            try {
                                append(upload.id(), 0, 100 + i);
                                return true;
                            } catch (UploadFailure.WrongOffset e) {
                                return false;
                            }
                        });

        assertThat(taken).containsOnlyOnce(true);
        assertThat(files()).hasSize(1);
        append(upload.id(), (int) uploads.find(ann, upload.id()).offset(), picture.length);
        assertOnePhoto();
    }

    @Test
    void equalLastPartsAtOnceMakeOnePhoto() throws Exception {
        for (int round = 0; round < 5; round++) {
            var upload = begun();
            append(upload.id(), 0, 100);

            AtOnce.run(
                    RACERS,
                    _ -> {
                        try {
                            append(upload.id(), 100, picture.length);
                            return true;
                        } catch (UploadFailure.WrongOffset e) {
                            return uploads.find(ann, upload.id()).offset() == picture.length;
                        }
                    });

            assertOnePhoto();
            assertThat(files()).hasSize(1);
            photoRows.remove(upload.photo());
        }
    }

    @Test
    void serversThatHealAtOnceMakeOnePhoto() throws Exception {
        var upload = begun();
        append(upload.id(), 0, 100);
        var whole =
                new Uploads.Incoming(
                        100,
                        -1,
                        Optional.empty(),
                        new ByteArrayInputStream(picture, 100, picture.length - 100));
        // find, stage, append, find the blob; it dies before it finishes
        process.dieAt(4, false);
        assertThatThrownBy(() -> uploads.append(ann, upload.id(), whole))
                .isInstanceOf(Mortal.Death.class);
        process.live();
        assertThat(photos()).isEmpty();

        AtOnce.run(RACERS, _ -> uploads.find(ann, upload.id()));

        assertOnePhoto();
        assertThat(files()).hasSize(1);
    }

    @Test
    void bytesThatAreNoPhotoEndTheUpload() throws IOException {
        var text = "no photo at all".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        var upload = uploads.create(ann, "", text.length);
        uploads.append(ann, upload.id(), bytes(0, Arrays.copyOf(text, 5)));

        assertThatThrownBy(() ->
                        uploads.append(
                                ann,
                                upload.id(),
                                bytes(5, Arrays.copyOfRange(text, 5, text.length))))
                .isInstanceOf(BadPhoto.class);

        assertThatThrownBy(() -> uploads.find(ann, upload.id()))
                .isInstanceOf(UploadFailure.Unknown.class);
        assertThat(photos()).isEmpty();
        assertThat(files()).isEmpty();
        assertThatThrownBy(() -> uploads.create(ann, "", 0)).isInstanceOf(BadPhoto.class);
    }

    @Test
    void uploadsAreBounded() {
        assertThatThrownBy(() -> uploads.create(ann, "", SIZE_MOST.count() + 1))
                .isInstanceOf(BlobFailure.TooLarge.class);
        for (int i = 0; i < 100; i++) begun();

        assertThatThrownBy(this::begun).isInstanceOf(UploadFailure.TooMany.class);

        assertThat(uploads.create(new AccountId(ids.next()), "", 10).offset()).isZero();
    }

    @Test
    void uploadBelongsToItsAccount() {
        var upload = begun();
        var bob = new AccountId(ids.next());

        assertThatThrownBy(() -> uploads.find(bob, upload.id()))
                .isInstanceOf(UploadFailure.Unknown.class);
        assertThatThrownBy(() -> uploads.append(bob, upload.id(), bytes(0, picture)))
                .isInstanceOf(UploadFailure.Unknown.class);
        assertThatThrownBy(() -> uploads.end(bob, upload.id()))
                .isInstanceOf(UploadFailure.Unknown.class);
        assertThat(uploads.find(ann, upload.id()).offset()).isZero();
    }

    @Test
    void endedUploadLeavesNothing() throws IOException {
        var upload = begun();
        append(upload.id(), 0, 100);
        append(upload.id(), 100, 200);

        uploads.end(ann, upload.id());

        assertThat(files()).isEmpty();
        assertThatThrownBy(() -> append(upload.id(), 200, 300))
                .isInstanceOf(UploadFailure.Unknown.class);
    }

    @Test
    void partThatAnotherUploadHasTooStays() throws IOException {
        var one = begun();
        var two = begun();
        append(one.id(), 0, 100);
        append(two.id(), 0, 100);

        uploads.end(ann, one.id());
        append(two.id(), 100, picture.length);

        assertOnePhoto();
    }

    @Test
    void expiredUploadsAreUnknownAndThenSwept() throws IOException {
        var upload = begun();
        append(upload.id(), 0, 100);
        clock.advance(Duration.ofHours(24));

        assertThatThrownBy(() -> uploads.find(ann, upload.id()))
                .isInstanceOf(UploadFailure.Unknown.class);
        assertThat(uploads.sweep()).isZero();
        assertThat(files()).hasSize(1);
        clock.advance(Duration.ofMinutes(61));

        assertThat(uploads.sweep()).isEqualTo(1);
        assertThat(files()).isEmpty();
        assertThat(uploads.sweep()).isZero();
    }

    @Test
    void lostPartEndsTheUpload() throws IOException {
        var upload = begun();
        append(upload.id(), 0, 100);
        Files.delete(files().getFirst());

        assertThatThrownBy(() -> append(upload.id(), 100, picture.length))
                .isInstanceOf(PhotoFailure.JustRemoved.class);

        assertThatThrownBy(() -> uploads.find(ann, upload.id()))
                .isInstanceOf(UploadFailure.Unknown.class);
        assertThat(photos()).isEmpty();
    }
}
