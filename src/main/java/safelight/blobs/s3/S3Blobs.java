package safelight.blobs.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Bytes;
import safelight.base.Digest;
import safelight.blobs.Blob;
import safelight.blobs.BlobFailure;
import safelight.blobs.Blobs;
import safelight.blobs.Staged;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// Blobs as objects of a bucket, `blobs/DIGEST`, on any S3 whose reads see earlier writes (Amazon's
/// since 2020, MinIO, Ceph, Garage, ...). Any number of processes may use one bucket.
///
/// Staged bytes are on this machine's disk, and as long-lived as their {@link Staged}: whoever dies
/// before keeping leaves nothing anywhere. Keeping sends them, conditionally, and the store
/// compares their SHA-256.
///
/// S3 cannot rename. So {@link #remove} copies the object aside, deletes it, and asks again whether
/// it is wanted; if so it copies it back. In between, a blob that somebody has just begun to use is
/// missing for a moment, as it is with files. A remover that dies there leaves the copy, from which
/// {@link #sweep} brings the blob back some minutes later.
public final class S3Blobs implements Blobs, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(S3Blobs.class);
    private static final int BUFFER_BYTES = 128 << 10;
    private static final Duration CONNECT_MOST = Duration.ofSeconds(5);
    private static final Duration SILENCE_MOST = Duration.ofSeconds(20);
    private static final Duration ATTEMPT_MOST = Duration.ofSeconds(45);
    private static final Duration CALL_MOST = Duration.ofSeconds(90);

    private final S3Client s3;
    private final Bucket bucket;
    private final S3Keys keys;
    private final Sending sending;
    private final Leftovers leftovers;
    private final Path temporary;

    /// In this bucket; `temporary`, which is made if need be, is where uploads wait until they are
    /// kept. Asks the bucket nothing yet: {@link #check} does.
    ///
    /// @throws BlobFailure.Unavailable if the folder cannot be used
    public S3Blobs(S3Access access, Path temporary, Clock clock) {
        this.temporary = temporary;
        try {
            Files.createDirectories(temporary);
        } catch (IOException e) {
            throw new BlobFailure.Unavailable("open " + temporary, e);
        }
        this.s3 = client(access);
        this.bucket = new Bucket(s3, access.bucket());
        this.keys = new S3Keys(access.prefix());
        this.sending = new Sending(bucket, keys);
        this.leftovers = new Leftovers(bucket, keys, clock);
    }

    /// The bucket is there and lets this key in; for the start.
    ///
    /// @throws BlobFailure.Unavailable with a sentence that says what is wrong
    public void check() {
        bucket.list(keys.removals(), "use bucket '" + bucket.name() + "'");
    }

    /// Clears what processes that died left in the bucket; looks every few minutes at most, however
    /// often it is called. Returns how much there was.
    ///
    /// @throws BlobFailure.Unavailable if the store does not answer
    public int sweep() {
        return leftovers.clear();
    }

    @Override
    public Staged stage(InputStream in, Bytes limit) {
        Optional<Spool> spool = Optional.empty();
        boolean isStaged = false;
        try {
            spool = Optional.of(new Spool(temporary));
            var digest = receive(in, limit, spool.get());
            isStaged = true;
            return new StagedSpool(sending, spool.get(), digest);
        } catch (IOException e) {
            throw failure(e);
        } finally {
            if (!isStaged) spool.ifPresent(S3Blobs::drop);
        }
    }

    private static Digest receive(InputStream in, Bytes limit, Spool spool) throws IOException {
        var sha256 = Digest.sha256();
        var buffer = new byte[BUFFER_BYTES];
        for (int count = pull(in, buffer); count >= 0; count = pull(in, buffer)) {
            if (spool.size() + count > limit.count()) throw new BlobFailure.TooLarge(limit);
            sha256.update(buffer, 0, count);
            spool.write(buffer, count);
        }
        return Digest.finish(sha256);
    }

    /// Whatever goes wrong here is the sender's, not the disk's.
    private static int pull(InputStream in, byte[] buffer) {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw new BlobFailure.SourceBroken(e);
        }
    }

    private static BlobFailure failure(IOException cause) {
        var said = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        return said.contains("no space left") || said.contains("quota exceeded")
                ? new BlobFailure.Full(cause)
                : new BlobFailure.Unavailable("store an upload", cause);
    }

    private static void drop(Spool spool) {
        try {
            spool.close();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("staged file not closed");
        }
    }

    @Override
    public Optional<Blob> find(Digest digest) {
        var key = keys.blob(digest);
        return bucket.size(key, "find blob " + digest)
                .map(size -> new S3Blob(bucket, key, digest, size));
    }

    /// The copy comes first, so that whoever deletes the object has one, even if two remove it.
    @Override
    public void remove(Digest digest, BooleanSupplier stillWanted) {
        if (stillWanted.getAsBoolean()) return;
        var what = "remove blob " + digest;
        var key = keys.blob(digest);
        var hidden = keys.removal(digest);
        if (!bucket.copy(key, hidden, what)) return;
        boolean isUnwanted = false;
        try {
            bucket.delete(key, what);
            isUnwanted = !stillWanted.getAsBoolean();
        } finally {
            if (!isUnwanted) bucket.copy(hidden, key, "bring back blob " + digest);
            bucket.delete(hidden, what);
        }
    }

    /// A page of S3 has 1,000 names at most.
    @Override
    public List<Digest> list(Optional<Digest> after, int limit) {
        var from = after.map(keys::blob).orElse(keys.blobs());
        return bucket.keys(keys.blobs(), from, limit, "list blobs").stream()
                .flatMap(key -> keys.named(key).stream())
                .toList();
    }

    @Override
    public long roomLeft() {
        return Long.MAX_VALUE;
    }

    @Override
    public void close() {
        s3.close();
    }

    /// Standard retries within a deadline. The SDK's own checksums are off where they are not asked
    /// for: the blob's SHA-256 is sent and compared anyway, and many stores do not know the others.
    private static S3Client client(S3Access access) {
        var limits =
                ClientOverrideConfiguration.builder()
                        .retryStrategy(RetryMode.STANDARD)
                        .apiCallAttemptTimeout(ATTEMPT_MOST)
                        .apiCallTimeout(CALL_MOST);
        var builder =
                S3Client.builder()
                        .endpointOverride(access.endpoint())
                        .region(Region.of(access.region()))
                        .forcePathStyle(access.pathStyle())
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .httpClientBuilder(
                                UrlConnectionHttpClient.builder()
                                        .connectionTimeout(CONNECT_MOST)
                                        .socketTimeout(SILENCE_MOST));
        if (!access.keyId().isEmpty()) {
            limits.defaultProfileFileSupplier(() -> ProfileFile.aggregator().build());
            builder.credentialsProvider(
                    StaticCredentialsProvider.create(
                            AwsBasicCredentials.create(access.keyId(), access.secret())));
        }
        return builder.overrideConfiguration(limits.build()).build();
    }
}
