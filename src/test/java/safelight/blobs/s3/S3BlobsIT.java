package safelight.blobs.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.AtOnce;
import safelight.base.Bytes;
import safelight.base.Digest;
import safelight.blobs.BlobFailure;
import safelight.blobs.Blobs;
import safelight.blobs.BlobsContract;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// Blobs in a real S3 server, and what is special about one.
class S3BlobsIT extends BlobsContract {
    private static final Bytes NO_LIMIT = Bytes.mebi(64);
    private static final byte[] PHOTO = "a photo".getBytes(StandardCharsets.UTF_8);
    private static final Digest NAME = Digest.of(PHOTO);

    @TempDir static Path folder;

    static S3Server server;

    private S3Access access;
    private Path temporary;
    private S3Blobs blobs;
    private S3Client direct;

    @BeforeAll
    static void startServer() throws IOException {
        server = S3Server.start(folder.resolve("s3"));
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    @BeforeEach
    void open() {
        access = server.access(UUID.randomUUID() + "/");
        temporary = folder.resolve("spool");
        blobs = opened(access, Duration.ZERO);
        direct =
                S3Client.builder()
                        .endpointOverride(access.endpoint())
                        .region(Region.of(access.region()))
                        .forcePathStyle(true)
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .credentialsProvider(
                                StaticCredentialsProvider.create(
                                        AwsBasicCredentials.create(
                                                access.keyId(), access.secret())))
                        .build();
    }

    @AfterEach
    void close() {
        blobs.close();
        direct.close();
    }

    @Override
    protected Blobs blobs() {
        return blobs;
    }

    private S3Blobs opened(S3Access there, Duration later) {
        return new S3Blobs(there, temporary, Clock.offset(Clock.systemUTC(), later));
    }

    private Digest kept(byte[] bytes) {
        try (var staged = blobs.stage(new ByteArrayInputStream(bytes), NO_LIMIT)) {
            staged.keep();
            return staged.digest();
        }
    }

    private byte[] read(Digest digest) throws IOException {
        try (var in = blobs.find(digest).orElseThrow().openChecked()) {
            return in.readAllBytes();
        }
    }

    private List<String> keys() {
        return direct
                .listObjectsV2(r -> r.bucket(access.bucket()).prefix(access.prefix()))
                .contents()
                .stream()
                .map(o -> o.key().substring(access.prefix().length()))
                .toList();
    }

    private long unfinished() {
        return direct.listMultipartUploads(r -> r.bucket(access.bucket()).prefix(access.prefix()))
                .uploads()
                .size();
    }

    private static byte[] random(int size, long seed) {
        var bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    void blobLiesUnderItsDigest() {
        blobs.check();
        kept(PHOTO);
        kept(PHOTO);

        assertThat(keys()).containsExactly("blobs/" + NAME);
    }

    @Test
    void removalLeavesNothing() {
        kept(PHOTO);

        blobs.remove(NAME, () -> false);

        assertThat(keys()).isEmpty();
    }

    @Test
    void nothingIsLeftOfWhatWasNotKept() throws IOException {
        blobs.stage(new ByteArrayInputStream(PHOTO), NO_LIMIT).close();
        assertThatThrownBy(() -> blobs.stage(new ByteArrayInputStream(PHOTO), new Bytes(2)))
                .isInstanceOf(BlobFailure.TooLarge.class);

        assertThat(keys()).isEmpty();
        try (var files = Files.list(temporary)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void largeBlobGoesInParts() throws IOException {
        var bytes = random((20 << 20) + 7, 1);

        var digest = kept(bytes);

        assertThat(read(digest)).isEqualTo(bytes);
        try (var in = blobs.find(digest).orElseThrow().open((8 << 20) - 5, 10)) {
            assertThat(in.readAllBytes())
                    .isEqualTo(java.util.Arrays.copyOfRange(bytes, (8 << 20) - 5, (8 << 20) + 5));
        }
        assertThat(unfinished()).isZero();
        assertThat(
                        direct.headObject(r ->
                                        r.bucket(access.bucket())
                                                .key(access.prefix() + "blobs/" + digest))
                                .eTag())
                .contains("-3");
    }

    @Test
    void manyReadersMayStopHalfWay() throws IOException {
        var digest = kept(random(4 << 20, 2));
        var blob = blobs.find(digest).orElseThrow();

        for (int i = 0; i < 50; i++)
            try (var in = blob.open(0, 4 << 20)) {
                assertThat(in.readNBytes(10)).hasSize(10);
            }

        assertThat(read(digest)).hasSize(4 << 20);
    }

    @Test
    void equalBlobsInPartsAtOnceAreOne() throws Exception {
        var bytes = random(9 << 20, 3);

        AtOnce.run(8, _ -> kept(bytes));

        assertThat(read(Digest.of(bytes))).isEqualTo(bytes);
        assertThat(keys()).hasSize(1);
        assertThat(unfinished()).isZero();
    }

    @Test
    void damageIsToldAtTheEnd() throws IOException {
        kept(PHOTO);
        direct.putObject(
                r -> r.bucket(access.bucket()).key(access.prefix() + "blobs/" + NAME),
                RequestBody.fromString("a phota"));

        try (var in = blobs.find(NAME).orElseThrow().openChecked()) {
            assertThatThrownBy(in::readAllBytes).isInstanceOf(BlobFailure.Corrupt.class);
        }
    }

    @Test
    void wrongCredentialsAreNamed() {
        var wrongSecret = with(access, access.bucket(), access.keyId(), "wrong");
        var wrongKey = with(access, access.bucket(), "AKIANOBODY", access.secret());
        var wrongBucket = with(access, "no-such-bucket", access.keyId(), access.secret());

        assertRefused(wrongSecret, "the secret does not fit the key id");
        assertRefused(wrongKey, "the store does not know the key id");
        assertRefused(wrongBucket, "the bucket does not exist");
        assertThat(access.toString()).doesNotContain(access.secret());
    }

    private void assertRefused(S3Access there, String why) {
        try (var refused = opened(there, Duration.ZERO)) {
            assertThatThrownBy(refused::check)
                    .isInstanceOf(BlobFailure.Unavailable.class)
                    .hasMessageContaining("use bucket '" + there.bucket() + "': " + why)
                    .hasMessageNotContaining(there.secret());
            try (var staged = refused.stage(new ByteArrayInputStream(PHOTO), NO_LIMIT)) {
                assertThatThrownBy(staged::keep)
                        .isInstanceOf(BlobFailure.Unavailable.class)
                        .hasMessageContaining(why);
            }
        }
    }

    private static S3Access with(S3Access was, String bucket, String keyId, String secret) {
        return new S3Access(
                was.endpoint(), was.region(), bucket, was.prefix(), keyId, secret, true);
    }

    @Test
    void serverMayGoAwayAndComeBack() throws IOException {
        var own = S3Server.start(folder.resolve("away"));
        try (var store = new S3Blobs(own.access(), temporary, Clock.systemUTC())) {
            try (var staged = store.stage(new ByteArrayInputStream(PHOTO), NO_LIMIT)) {
                own.stop();
                assertThatThrownBy(staged::keep).isInstanceOf(BlobFailure.Unavailable.class);
                assertThatThrownBy(() -> store.find(NAME))
                        .isInstanceOf(BlobFailure.Unavailable.class);
                own.start();
                staged.keep();
            }
            try (var in = store.find(NAME).orElseThrow().openChecked()) {
                assertThat(in.readAllBytes()).isEqualTo(PHOTO);
            }
        } finally {
            own.close();
        }
    }

    @Test
    void nobodyAtTheAddressIsUnavailable() {
        var nowhere =
                new S3Access(URI.create("http://127.0.0.1:9"), "x", "b", "", "id", "secret", true);
        try (var store = opened(nowhere, Duration.ZERO)) {
            assertThatThrownBy(store::check).isInstanceOf(BlobFailure.Unavailable.class);
        }
    }

    @Test
    void blobWhoseRemoverDiedComesBack() throws IOException {
        kept(PHOTO);
        direct.copyObject(r ->
                r.sourceBucket(access.bucket())
                        .sourceKey(access.prefix() + "blobs/" + NAME)
                        .destinationBucket(access.bucket())
                        .destinationKey(access.prefix() + "removed/" + NAME + "/x"));
        direct.deleteObject(r -> r.bucket(access.bucket()).key(access.prefix() + "blobs/" + NAME));
        assertThat(blobs.find(NAME)).isEmpty();

        assertThat(blobs.sweep()).isZero();
        try (var later = opened(access, Duration.ofMinutes(10))) {
            assertThat(later.sweep()).isEqualTo(1);
            assertThat(later.sweep()).isZero();
        }

        assertThat(read(NAME)).isEqualTo(PHOTO);
        assertThat(keys()).containsExactly("blobs/" + NAME);
    }

    @Test
    void uploadWhoseSenderDiedIsAbortedADayLater() {
        direct.createMultipartUpload(
                r -> r.bucket(access.bucket()).key(access.prefix() + "blobs/" + NAME));

        try (var later = opened(access, Duration.ofHours(23))) {
            later.sweep();
            assertThat(unfinished()).isEqualTo(1);
        }
        try (var later = opened(access, Duration.ofHours(25))) {
            later.sweep();
            assertThat(unfinished()).isZero();
        }
    }

    @Test
    void equalBytesAreNotReplaced() throws Exception {
        kept(PHOTO);
        var key = access.prefix() + "blobs/" + NAME;
        var before = direct.headObject(r -> r.bucket(access.bucket()).key(key)).lastModified();

        AtOnce.run(8, _ -> kept(PHOTO));

        assertThat(direct.headObject(r -> r.bucket(access.bucket()).key(key)).lastModified())
                .isEqualTo(before);
    }
}
