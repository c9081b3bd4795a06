package safelight.blobs.s3;

import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Bytes;
import safelight.base.Digest;
import safelight.blobs.BlobFailure;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/// Sends staged bytes to their key, unless equal ones are there. Small ones go in one request whose
/// SHA-256 the store compares; larger ones in parts, each with its own. Both are conditional: of
/// several senders one writes, and nothing that is there is ever replaced. Thread-safe.
final class Sending {
    private static final Logger LOG = LoggerFactory.getLogger(Sending.class);
    private static final long PART_BYTES = Bytes.mebi(8).count();
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int CONFLICTS_MAX = 20;
    private static final Duration CONFLICT_PAUSE = Duration.ofMillis(100);
    private static final String TYPE = "application/octet-stream";
    private static final String ABSENT = "*";

    private final Bucket bucket;
    private final S3Keys keys;

    Sending(Bucket bucket, S3Keys keys) {
        this.bucket = bucket;
        this.keys = keys;
    }

    /// The blob is there when this returns.
    void send(Spool spool, Digest digest) {
        var what = "keep blob " + digest;
        var key = keys.blob(digest);
        boolean isSmall = spool.size() <= PART_BYTES;
        // Parts are only refused at their end, when all of them have gone out.
        if (!isSmall && bucket.size(key, what).isPresent()) return;
        for (int conflicts = 0; ; conflicts++) {
            try {
                if (isSmall) put(spool, digest, key, true);
                else putParts(spool, key, what);
                return;
            } catch (SdkException e) {
                var answer = new S3Answer(e);
                if (answer.isTaken()) return;
                if (isSmall && answer.isUnknown()) {
                    putAnyhow(spool, digest, key, what);
                    return;
                }
                if (!answer.isConflict() || conflicts >= CONFLICTS_MAX) throw answer.failure(what);
                LockSupport.parkNanos(CONFLICT_PAUSE.toNanos());
            }
        }
    }

    /// For stores that refuse conditions: what it replaces can only be equal.
    private void putAnyhow(Spool spool, Digest digest, String key, String what) {
        try {
            put(spool, digest, key, false);
        } catch (SdkException e) {
            throw new S3Answer(e).failure(what);
        }
    }

    private void put(Spool spool, Digest digest, String key, boolean isConditional) {
        var sha256 = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(digest.hex()));
        bucket.s3()
                .putObject(
                        r -> {
                            r.bucket(bucket.name()).key(key).checksumSHA256(sha256);
                            if (isConditional) r.ifNoneMatch(ABSENT);
                        },
                        body(spool, 0, spool.size()));
    }

    private void putParts(Spool spool, String key, String what) {
        var id =
                bucket.s3()
                        .createMultipartUpload(r ->
                                r.bucket(bucket.name())
                                        .key(key)
                                        .contentType(TYPE)
                                        .checksumAlgorithm(ChecksumAlgorithm.SHA256))
                        .uploadId();
        boolean isComplete = false;
        try {
            var parts = new ArrayList<CompletedPart>();
            for (long from = 0; from < spool.size(); from += PART_BYTES)
                parts.add(putPart(spool, from, parts.size() + 1, key, id));
            complete(key, id, parts);
            isComplete = true;
        } catch (IOException e) {
            throw new BlobFailure.Unavailable(what, e);
        } finally {
            if (!isComplete) abort(key, id);
        }
    }

    private CompletedPart putPart(Spool spool, long from, int number, String key, String id)
            throws IOException {
        long length = Math.min(PART_BYTES, spool.size() - from);
        var sha256 = sha256(spool, from, length);
        var done =
                bucket.s3()
                        .uploadPart(
                                r ->
                                        r.bucket(bucket.name())
                                                .key(key)
                                                .uploadId(id)
                                                .partNumber(number)
                                                .checksumSHA256(sha256),
                                body(spool, from, length));
        return CompletedPart.builder()
                .partNumber(number)
                .eTag(done.eTag())
                .checksumSHA256(sha256)
                .build();
    }

    private void complete(String key, String id, List<CompletedPart> parts) {
        bucket.s3()
                .completeMultipartUpload(r ->
                        r.bucket(bucket.name())
                                .key(key)
                                .uploadId(id)
                                .ifNoneMatch(ABSENT)
                                .multipartUpload(m -> m.parts(parts)));
    }

    private void abort(String key, String id) {
        try {
            bucket.s3().abortMultipartUpload(r -> r.bucket(bucket.name()).key(key).uploadId(id));
        } catch (SdkException e) {
            LOG.atWarn().setCause(e).log("parts of an upload stay in the bucket for a day");
        }
    }

    private static RequestBody body(Spool spool, long from, long length) {
        return RequestBody.fromContentProvider(() -> spool.read(from, length), length, TYPE);
    }

    private static String sha256(Spool spool, long from, long length) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        var buffer = new byte[BUFFER_BYTES];
        var in = spool.read(from, length);
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer))
            sha256.update(buffer, 0, count);
        return Base64.getEncoder().encodeToString(sha256.digest());
    }
}
